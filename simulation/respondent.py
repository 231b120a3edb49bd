"""A civil servant with a browser, as far as the offices can tell: draws a token, answers, submits, keeps the receipt.

Does what the pages' script does, through the same HTTP, with the same checks: an office that cheats is refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import rsa

from simulation.http import Web
from survey_app.domain import base64url, blind_rsa
from survey_app.domain import token as tokens
from survey_app.domain.answers import Answers, encode_answers
from survey_app.domain.batch import Envelope, Receipt, submission_message
from survey_app.domain.documents import read_document, read_self_signed
from survey_app.domain.errors import Malformed, PikirError
from survey_app.domain.manifest import CampaignManifest
from survey_app.domain.questionnaire import Questionnaire
from survey_app.domain.sealing import seal, sealing_info, sealing_key_from_bytes
from survey_app.domain.signing import fingerprint


class FingerprintDiffers(PikirError):
    """An office shows another manifest than the invitation (or the token) names: the client stops for good."""

    slug = "fingerprint-differs"


class ReceiptWrong(PikirError):
    """The collector's receipt is not for the envelope that was sent."""

    slug = "receipt-wrong"


@dataclass(frozen=True)
class Link:
    """An invitation's link: where to draw, and the two secrets behind the hash sign."""

    origin: str
    campaign_id: str
    code: str
    fingerprint: bytes


@dataclass(frozen=True)
class Drawing:
    """A draw under way: what goes to the issuer, and what must be kept to finish it."""

    campaign_id: str
    fingerprint: bytes
    issuer_key: rsa.RSAPublicKey
    holder_private_key: bytes
    input_msg: bytes
    inverse: int
    request: Mapping[str, str]


@dataclass(frozen=True)
class Respondent:
    """One person; ``web`` is the way to the offices. Keeps nothing between two visits but what the methods return."""

    web: Web

    def draws_token(self, link: str) -> tokens.Token:
        """The first visit. Raises FingerprintDiffers, BlindSignatureInvalid, UnexpectedAnswer."""
        invitation = read_link(link)
        manifest = self._manifest(invitation.origin, invitation.campaign_id, invitation.fingerprint)
        drawing = begin_drawing(manifest, invitation)
        url = f"{invitation.origin}/c/{invitation.campaign_id}/issue"
        return finish_drawing(drawing, self.web.post(url, drawing.request, expect={200}))

    def submits(self, collector_url: str, token: tokens.Token, questionnaire: Questionnaire, answers: Answers) -> str:
        """The second visit; gives the receipt, verified. Raises FingerprintDiffers, ReceiptWrong, UnexpectedAnswer."""
        manifest = self._manifest(collector_url, token.campaign_id, token.fingerprint)
        envelope = seal_envelope(manifest, token, encode_answers(questionnaire, answers))
        url = f"{collector_url}/c/{token.campaign_id}/responses"
        receipt = str(self.web.post(url, envelope_fields(envelope), expect={200, 201})["receipt"])
        if read_document(Receipt, receipt, manifest.collector_key) != Receipt(token.campaign_id, envelope.leaf):
            raise ReceiptWrong("the receipt is for another envelope")
        return receipt

    def contests(self, link: str) -> None:
        """Tell the issuer that somebody else has drawn in this person's name. Raises UnexpectedAnswer."""
        invitation = read_link(link)
        url = f"{invitation.origin}/c/{invitation.campaign_id}/contest"
        self.web.post(url, {"code": invitation.code}, expect={200, 201, 204})

    def _manifest(self, office: str, campaign_id: str, expected: bytes) -> CampaignManifest:
        text = self.web.get(f"{office}/c/{campaign_id}/manifest")
        if fingerprint(text) != expected:
            raise FingerprintDiffers(f"{office} shows another manifest than the invitation names")
        return read_self_signed(CampaignManifest, text, "agency_key")


def read_link(link: str) -> Link:
    """Take an invitation apart: {issuer}/{lang}/c/{id}/draw#{code}.{fingerprint}. Raises Malformed."""
    parts = urlsplit(link)
    code, _, shown = parts.fragment.partition(".")
    try:
        *prefix, _language, _, campaign_id, _ = parts.path.split("/")
        expected = bytes.fromhex(shown)
    except ValueError as error:
        raise Malformed("not an invitation's link") from error
    return Link(f"{parts.scheme}://{parts.netloc}{'/'.join(prefix)}", campaign_id, code, expected)


def begin_drawing(manifest: CampaignManifest, invitation: Link) -> Drawing:
    """A new holder key, and the message that the issuer is to sign blindly."""
    issuer_key = blind_rsa.public_key_from_spki(manifest.issuer_key)
    holder = tokens.new_holder_key()
    input_msg = blind_rsa.prepare(tokens.token_message(manifest.campaign_id, tokens.holder_key_bytes(holder)))
    blinded = blind_rsa.blind(issuer_key, input_msg)
    request = {"code": invitation.code, "blinded_message": base64url.encode(blinded.message)}
    return Drawing(
        campaign_id=manifest.campaign_id,
        fingerprint=invitation.fingerprint,
        issuer_key=issuer_key,
        holder_private_key=tokens.holder_scalar(holder),
        input_msg=input_msg,
        inverse=blinded.inverse,
        request=request,
    )


def finish_drawing(drawing: Drawing, answer: Mapping[str, Any]) -> tokens.Token:
    """The token, its signature verified. Raises BlindSignatureInvalid, upon which a client stops for good."""
    blind_signature = base64url.decode(answer["blind_signature"])
    signature = blind_rsa.finalize(drawing.issuer_key, drawing.input_msg, blind_signature, drawing.inverse)
    return tokens.Token(
        drawing.campaign_id, drawing.fingerprint, drawing.input_msg, signature, drawing.holder_private_key
    )


def seal_envelope(manifest: CampaignManifest, token: tokens.Token, plaintext: bytes) -> Envelope:
    """The envelope that holds ``plaintext`` (64 bytes) under ``token``."""
    token_hash = tokens.token_hash(token.input_msg)
    info = sealing_info(token.campaign_id, token_hash)
    sealed = seal(sealing_key_from_bytes(manifest.sealing_key), info, plaintext)
    holder = tokens.holder_key_from_scalar(token.holder_private_key)
    signature = tokens.sign_as_holder(holder, submission_message(token.campaign_id, token_hash, sealed))
    return Envelope(token.input_msg, token.signature, tokens.holder_key_bytes(holder), signature, sealed)


def envelope_fields(envelope: Envelope) -> dict[str, str]:
    """An envelope as the collector's JSON."""
    return {
        "token": base64url.encode(envelope.input_msg),
        "signature": base64url.encode(envelope.signature),
        "holder_key": base64url.encode(envelope.holder_key),
        "sealed": base64url.encode(envelope.sealed),
        "holder_signature": base64url.encode(envelope.holder_signature),
    }
