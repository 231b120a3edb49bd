"""Documents in and out of JSON: every class, every field, and everything that is not quite a document."""

import importlib
import inspect
import json
import pkgutil
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, timedelta, timezone

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

import survey_app.domain
from survey_app.domain import documents, signing
from survey_app.domain.errors import Malformed
from survey_app.domain.manifest import CampaignDraft, CampaignManifest, DrawnStatement, VoidStatement
from survey_app.domain.signing import SignatureInvalid
from tests.unit.domain.examples import DOCUMENTS, DRAFT, MANIFEST

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC_KEY = signing.public_key_bytes(KEY)
each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda d: type(d).__name__)
EACH_FIELD = [(document, field) for document in DOCUMENTS[:-1] for field in fields(document)]
WRONG_VALUES = (True, 1.5, [], {}, ["a"], {"a": 1}, None, "\n", "2026-11-02")
WRONGLY_TYPED = [
    pytest.param(document, field.name, value, id=f"{type(document).__name__}.{field.name}={value!r}")
    for document, field in EACH_FIELD
    for value in WRONG_VALUES
    if not (field.type is str and isinstance(value, str))
    if not (value is None and "None" in str(field.type))
    if not (value == [] and str(field.type).startswith("tuple"))  # a list, of nothing
]
each_field = pytest.mark.parametrize(
    ("document", "name"), [pytest.param(d, f.name, id=f"{type(d).__name__}.{f.name}") for d, f in EACH_FIELD]
)


def classes_of_the_domain() -> set[type]:
    modules = [
        importlib.import_module(f"survey_app.domain.{module.name}")
        for module in pkgutil.iter_modules(survey_app.domain.__path__)
    ]
    found = {c for module in modules for _, c in inspect.getmembers(module, inspect.isclass)}
    return {c for c in found if is_dataclass(c) and isinstance(getattr(c, "format", None), str)}


def as_json(document: documents.Document) -> dict:
    return json.loads(documents.to_payload(document))


def read(kind: type, content: dict) -> documents.Document:
    return documents.from_payload(kind, json.dumps(content).encode())


def test_every_document_class_has_an_example():
    assert {type(document) for document in DOCUMENTS} == classes_of_the_domain()


def test_no_two_classes_share_a_format():
    formats = [c.format for c in classes_of_the_domain()]

    assert len(set(formats)) == len(formats)


@each_document
class TestRoundTrip:
    def test_unsigned(self, document):
        assert documents.from_payload(type(document), documents.to_payload(document)) == document

    def test_signed(self, document):
        text = documents.sign_document(document, KEY)

        assert documents.read_document(type(document), text, PUBLIC_KEY) == document

    def test_fields_keep_their_order_behind_the_format(self, document):
        names = [field.name for field in fields(document)]

        assert list(as_json(document)) == ["format", *names]

    def test_the_signature_names_the_format(self, document):
        text = documents.sign_document(document, KEY)

        assert signing.peek(text) == (document.format, documents.to_payload(document))

    def test_signing_twice_gives_the_same_text(self, document):
        assert documents.sign_document(document, KEY) == documents.sign_document(document, KEY)


def test_a_whole_payload():
    """Against text written by hand: the order of fields and the form of each value are the wire format."""
    statement = DrawnStatement("00112233445566778899aabbccddeeff", bytes(range(32)), drawn=97, disputes=1)

    assert documents.to_payload(statement) == (
        b'{"format":"pikir-drawn/1","campaign_id":"00112233445566778899aabbccddeeff",'
        b'"manifest":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8","drawn":97,"disputes":1}'
    )


def test_the_manifest_has_the_fields_of_the_protocol():
    expected = (
        "format campaign_id round body head legal_basis questionnaire kpi_method minimum_group minimum_turnout "
        "appeal_days visits eligible roster_commitment schedule issuer_key sealing_key issuer_statement_key "
        "collector_key agency_key issuer_url collector_url client"
    )
    content = as_json(MANIFEST)

    assert list(content) == expected.split()
    assert content["format"] == "pikir-manifest/1"
    assert content["schedule"] == {
        "issuance_opens": "2026-11-02T04:00:00Z",
        "issuance_closes": "2026-11-06T13:00:00Z",
        "collection_opens": "2026-11-09T04:00:00Z",
        "collection_closes": "2026-11-20T13:00:00Z",
    }
    assert content["body"]["name"]["kk"] == "Су министрлігі"


class TestRefusals:
    @each_field
    def test_a_missing_field(self, document, name):
        content = as_json(document)
        del content[name]

        with pytest.raises(Malformed, match=name):
            read(type(document), content)

    @pytest.mark.parametrize(("document", "name", "value"), WRONGLY_TYPED)
    def test_a_field_of_another_type(self, document, name, value):
        with pytest.raises(Malformed, match=name):
            read(type(document), as_json(document) | {name: value})

    @each_document
    def test_an_unknown_field(self, document):
        with pytest.raises(Malformed, match="surplus"):
            read(type(document), as_json(document) | {"surplus": 1})

    def test_an_unknown_field_inside(self):
        content = as_json(MANIFEST)
        content["body"]["name"]["de"] = "Wasserministerium"

        with pytest.raises(Malformed, match="de"):
            read(CampaignManifest, content)

    @each_document
    def test_another_format(self, document):
        with pytest.raises(Malformed, match="format"):
            read(type(document), as_json(document) | {"format": document.format[:-1] + "2"})

    @pytest.mark.parametrize("payload", [b"", b"no json", b"\xff", b"[]", b"null", b"5", b'"x"', b"{}", b"[" * 100_000])
    def test_what_is_no_document(self, payload):
        with pytest.raises(Malformed):
            documents.from_payload(VoidStatement, payload)

    def test_another_encoding_than_utf_8(self):
        payload = documents.to_payload(DRAFT).decode().encode("utf-16")

        with pytest.raises(Malformed):
            documents.from_payload(CampaignDraft, payload)

    def test_text_that_cannot_be_written(self):
        """Half a surrogate pair: JSON can say it, nothing can store it."""
        with pytest.raises(Malformed, match="reason"):
            documents.from_payload(VoidStatement, b'{"format":"pikir-void/1","campaign_id":"0","reason":"\\ud800"}')

    @pytest.mark.parametrize("campaign_id", ["", "0f1e", "0F1E2D3C4B5A69788796A5B4C3D2E1F0", "g" * 32, "0" * 33])
    @pytest.mark.parametrize("document", [DRAFT, MANIFEST], ids=["draft", "manifest"])
    def test_what_is_no_campaign_identifier(self, document, campaign_id):
        with pytest.raises(Malformed, match="32 hexadecimal digits"):
            read(type(document), as_json(document) | {"campaign_id": campaign_id})

    def test_windows_that_overlap_in_two_visits(self):
        content = as_json(MANIFEST)
        content["schedule"]["collection_opens"] = "2026-11-06T12:59:59Z"

        with pytest.raises(Malformed, match="issuing must close before collecting opens"):
            read(CampaignManifest, content)

    def test_what_is_wrong_is_said_plainly(self):
        with pytest.raises(Malformed) as caught:
            read(DrawnStatement, {"format": "pikir-drawn/1", "campaign_id": 3, "manifest": "A", "drawn": True})

        message = str(caught.value)
        assert "expected str, got 3 @ pikir-drawn/1.campaign_id" in message
        assert "not base64url @ pikir-drawn/1.manifest" in message
        assert "expected int, got True @ pikir-drawn/1.drawn" in message
        assert "required field missing @ pikir-drawn/1.disputes" in message
        assert "unknown error" not in message


class TestConfusion:
    @each_document
    def test_no_document_passes_for_another_kind(self, document):
        text = documents.sign_document(document, KEY)

        for kind in classes_of_the_domain() - {type(document)}:
            with pytest.raises(Malformed):
                documents.read_document(kind, text, PUBLIC_KEY)

    def test_a_payload_of_one_kind_under_the_type_of_another(self):
        text = signing.sign(documents.to_payload(DRAFT), VoidStatement.format, KEY)

        with pytest.raises(Malformed):
            documents.read_document(VoidStatement, text, PUBLIC_KEY)
        with pytest.raises(Malformed):
            documents.read_document(CampaignDraft, text, PUBLIC_KEY)

    @each_document
    def test_another_signer(self, document):
        text = documents.sign_document(document, Ed25519PrivateKey.generate())

        with pytest.raises(SignatureInvalid):
            documents.read_document(type(document), text, PUBLIC_KEY)


class TestSelfSigned:
    def test_the_key_inside_verifies(self):
        statement = DRAFT.__class__(**{**vars(DRAFT), "agency_key": PUBLIC_KEY})
        text = documents.sign_document(statement, KEY)

        assert documents.read_self_signed(CampaignDraft, text, "agency_key") == statement

    def test_another_key_inside_does_not(self):
        text = documents.sign_document(DRAFT, KEY)

        with pytest.raises(SignatureInvalid):
            documents.read_self_signed(CampaignDraft, text, "agency_key")

    def test_another_kind_of_document(self):
        with pytest.raises(Malformed):
            documents.read_self_signed(CampaignDraft, documents.sign_document(MANIFEST, KEY), "agency_key")


class TestTime:
    def test_written_in_utc_with_whole_seconds(self):
        almaty = timezone(timedelta(hours=5))

        assert documents.format_time(datetime(2026, 11, 22, 14, 0, 7, 999_999, almaty)) == "2026-11-22T09:00:07Z"

    @pytest.mark.parametrize("text", ["2026-11-22T09:00:07Z", "2026-11-22T14:00:07+05:00"])
    def test_read_from_any_zone(self, text):
        assert documents.parse_time(text) == datetime(2026, 11, 22, 9, 0, 7, tzinfo=UTC)

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "tomorrow",
            "2026-11-22",
            "2026-11-22T09:00:07",
            "2026-13-01T00:00:00Z",
            "2026-02-30T00:00:00Z",
            "0001-01-01T00:00:00+23:59",
            "9999-12-31T23:59:59-23:59",
            1_795_338_007,
            None,
        ],
    )
    def test_anything_else_is_refused(self, text):
        with pytest.raises(Malformed):
            documents.parse_time(text)
