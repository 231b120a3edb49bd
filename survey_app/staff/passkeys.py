"""Passkeys (WebAuthn): a key pair on the person's device, which proves possession and, by PIN or finger, the person.

So a passkey alone is both factors. Attestation is not asked for: which make of device somebody has is not ours to know.
"""

import hashlib
import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy import select
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticationCredential,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from survey_app.domain.documents import format_time
from survey_app.domain.errors import Malformed
from survey_app.staff import journal
from survey_app.staff.attempts import Attempts
from survey_app.staff.desk import StaffDesk
from survey_app.staff.errors import SecondFactorRefused
from survey_app.staff.models import PasskeyRow, StaffRow
from survey_app.staff.second_factors import attempts_key
from survey_app.staff.signing_in import note_lock_out

LONGEST_NAME = 80
_STRANGER = "stranger"


@dataclass(frozen=True)
class Passkey:
    """A passkey as its owner sees it; ``key_id`` is hex, ``added`` RFC 3339."""

    key_id: str
    name: str
    added: str


def are_possible(desk: StaffDesk) -> bool:
    """Whether browsers take this office's address for passkeys: it needs a name, and https or this machine."""
    host = urlsplit(desk.url).hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return urlsplit(desk.url).scheme == "https" or host == "localhost"
    return False


def registration_options(desk: StaffDesk, login: str, challenge: bytes) -> str:
    """What the browser makes a new passkey from, as JSON."""
    return options_to_json(
        generate_registration_options(
            rp_id=_host(desk),
            rp_name=f"Pikir {desk.office}",
            user_name=login,
            user_id=hashlib.sha256(f"{desk.office}:{login}".encode()).digest(),
            challenge=challenge,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
            ),
            exclude_credentials=_descriptors(desk, login),
        )
    )


def add_passkey(desk: StaffDesk, login: str, answer: str, challenge: bytes, name: str) -> None:
    """Keep the public key of a new passkey. Raises SecondFactorRefused, Malformed."""
    name = name.strip()
    if not 0 < len(name) <= LONGEST_NAME:
        raise Malformed(f"a passkey's name has 1 to {LONGEST_NAME} characters")
    try:
        made = verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=_host(desk),
            expected_origin=_origin(desk),
            require_user_verification=True,
        )
    except WebAuthnException as error:
        raise SecondFactorRefused("the passkey was not made as it was asked for") from error
    with desk.database.write() as session:
        if session.get(PasskeyRow, made.credential_id) is not None:
            raise SecondFactorRefused("this passkey is known already")
        session.add(
            PasskeyRow(
                credential_id=made.credential_id,
                login=login,
                public_key=made.credential_public_key,
                signed=made.sign_count,
                name=name,
                added=format_time(desk.clock()),
            )
        )
        journal.record(session, desk.clock, login, "add-passkey", login, name=name)


def request_options(desk: StaffDesk, challenge: bytes, login: str | None = None) -> str:
    """What the browser signs with a passkey, as JSON: one of ``login``, or any of this office."""
    return options_to_json(
        generate_authentication_options(
            rp_id=_host(desk),
            challenge=challenge,
            allow_credentials=_descriptors(desk, login) if login else [],
            user_verification=UserVerificationRequirement.REQUIRED,
        )
    )


def check_passkey(desk: StaffDesk, answer: str, challenge: bytes, login: str | None = None) -> str:
    """Whose passkey signed the challenge; it must be one of ``login`` if given. Raises SecondFactorRefused.

    Raises TooManyAttempts as well: of a login's second factors, of one passkey, or (DoorBusy) of passkeys that nobody
    has.
    """
    try:
        credential = parse_authentication_credential_json(answer)
    except (WebAuthnException, RecursionError) as error:  # JSON in JSON in JSON
        _count_stranger(desk, login)
        raise SecondFactorRefused("this is no passkey's answer") from error
    counted, key = _counted(desk, credential.raw_id, login)
    counted.begin(key)
    try:
        owner = _verify(desk, credential, challenge, login)
    except (WebAuthnException, SecondFactorRefused) as error:
        if login is not None:
            note_lock_out(desk, login, key)
        raise SecondFactorRefused("the passkey did not sign what it was asked for") from error
    counted.succeeded(key)
    return owner


def _counted(desk: StaffDesk, credential_id: bytes, login: str | None) -> tuple[Attempts, str]:
    """Which count an answer belongs to, and under what name."""
    if login is not None:
        return desk.attempts, attempts_key(login)
    with desk.database.read() as session:
        is_known = session.get(PasskeyRow, credential_id) is not None
    return (desk.passkey_attempts, credential_id.hex()) if is_known else (desk.passkey_noise, _STRANGER)


def _count_stranger(desk: StaffDesk, login: str | None) -> None:
    counted, key = _counted(desk, b"", login)
    counted.begin(key)


def _verify(desk: StaffDesk, credential: AuthenticationCredential, challenge: bytes, login: str | None) -> str:
    with desk.database.write() as session:
        row = session.get(PasskeyRow, credential.raw_id)
        owner = None if row is None else session.get(StaffRow, row.login)
        if row is None or owner is None or owner.disabled or login not in (None, row.login):
            raise SecondFactorRefused("no such passkey")
        proved = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=_host(desk),
            expected_origin=_origin(desk),
            credential_public_key=row.public_key,
            credential_current_sign_count=row.signed,
            require_user_verification=True,
        )
        row.signed = proved.new_sign_count
        return row.login


def passkeys_of(desk: StaffDesk, login: str) -> tuple[Passkey, ...]:
    """The passkeys of an account, the oldest first."""
    with desk.database.read() as session:
        rows = session.scalars(select(PasskeyRow).where(PasskeyRow.login == login).order_by(PasskeyRow.added))
        return tuple(Passkey(row.credential_id.hex(), row.name, row.added) for row in rows)


def remove_passkey(desk: StaffDesk, login: str, key_id: str) -> None:
    """Forget a passkey of an account; one that is gone already is fine."""
    with desk.database.write() as session:
        chosen = select(PasskeyRow).where(PasskeyRow.login == login)
        for row in session.scalars(chosen):
            if row.credential_id.hex() == key_id:
                session.delete(row)
                journal.record(session, desk.clock, login, "remove-passkey", login, name=row.name)


def _descriptors(desk: StaffDesk, login: str) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=bytes.fromhex(one.key_id)) for one in passkeys_of(desk, login)]


def _host(desk: StaffDesk) -> str:
    return urlsplit(desk.url).hostname or ""


def _origin(desk: StaffDesk) -> str:
    url = urlsplit(desk.url)
    return f"{url.scheme}://{url.netloc}"
