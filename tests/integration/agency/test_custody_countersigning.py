"""A second institution opens again and countersigns; its word is taken only if it is its own and about this."""

import json

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from analytics.campaigns.certification import certify
from analytics.campaigns.second_institutions import NotASecondInstitution
from analytics.custody.countersigning import (
    Countersignature,
    CountersignatureMismatch,
    file_name,
    make_card,
    opened_sha256,
)
from analytics.custody.reopening import ReopenedDiffers
from analytics.office import signing_key
from analytics.release import Release
from analytics.scoring import ScoringRecord
from survey_app.domain import signing
from survey_app.domain.documents import from_payload, sign_document
from survey_app.domain.manifest import LocalisedText
from survey_app.web.keystore import KeyStore
from tests.integration.agency.browsing import Staff
from tests.integration.agency.custodians import IN_RECORD, OMBUDSMAN, People, altered, findings


class TestCountersigning:
    def test_before_certification_the_record_says_so(self, people: People, visitor: Staff) -> None:
        campaign = people.closed()
        key = people.found_institution()
        people.is_trusted()
        people.succeed("agency", "open", campaign, *people.sheets("Aigul", "Dana", "Yerlan"))
        assert "Not compared" in people.succeed(*people.countersigning(campaign))
        people.succeed("agency", "certify", campaign)
        text = people.office.exchange.get_text(campaign, "scoring-record.jws")
        assert from_payload(ScoringRecord, signing.peek(text)[1]).countersigned == IN_RECORD
        report = people.verify(campaign, "--countersigner", key)
        assert report["passed"]
        found = findings(report)
        assert (found["countersignature"], found["countersigner-key"], found["record-countersigned"]) == ("ok",) * 3
        assert "A second institution has re-opened the batch" in report["cannot_be_verified"][0]
        visitor.sign_in()
        page = visitor.get("/en/rounds/2026/min-water").get_data(as_text=True)
        assert "Re-opened and countersigned by Office of the Ombudsman." in page
        assert OMBUDSMAN.kk in visitor.get("/kk/rounds/2026/min-water").get_data(as_text=True)
        exported = people.place / "exported"
        people.succeed("agency", "export", campaign, "--output", exported)
        assert len(list(exported.glob("countersignature-*.jws"))) == 1

    def test_afterwards_it_stands_beside_the_record(self, people: People, visitor: Staff) -> None:
        campaign = people.closed()
        people.found_institution()
        people.succeed("agency", "open", campaign, *people.sheets("Aigul", "Dana", "Yerlan"))
        people.succeed("agency", "certify", campaign)
        before = people.office.exchange.get(campaign, "scoring-record.jws")
        visitor.sign_in()
        assert "No second institution" in visitor.get("/en/rounds/2026/min-water").get_data(as_text=True)
        assert "The same as the agency certified" in people.succeed(*people.countersigning(campaign))
        nobody = people.types("agency", "accept-countersignatures", campaign)
        assert "is not known here" in nobody.output
        people.is_trusted()
        assert IN_RECORD in people.succeed("agency", "accept-countersignatures", campaign)
        assert "by Office of the Ombudsman" in visitor.get("/en/rounds/2026/min-water").get_data(as_text=True)
        assert people.office.exchange.get(campaign, "scoring-record.jws") == before
        found = findings(people.verify(campaign))
        assert (found["countersignature"], found["countersigner-key"]) == ("ok", "impossible")
        assert "record-countersigned" not in found

    def test_another_result_is_not_countersigned(self, people: People) -> None:
        """The agency's officer changed a figure before signing."""
        campaign = people.closed()
        people.found_institution()
        people.succeed("agency", "open", campaign, *people.sheets("Aigul", "Dana", "Yerlan"))
        certify(people.office, campaign)
        path = people.folder(campaign) / "release.jws"
        fields = json.loads(signing.peek(path.read_text())[1])
        fields["kpis"][0]["percent"] = "85.00"
        changed = from_payload(Release, json.dumps(fields).encode())
        path.write_text(sign_document(changed, signing_key(people.office)))
        told = people.are_refused(ReopenedDiffers, *people.countersigning(campaign))
        assert "They differ in: kpis" in told
        assert not list(people.folder(campaign).glob("countersignature-*"))

    def test_two_openings_that_differ_stop_certification(self, people: People) -> None:
        campaign = people.closed()
        people.found_institution()
        people.is_trusted()
        people.succeed(*people.countersigning(campaign))
        (path,) = people.folder(campaign).glob("countersignature-*")
        genuine = from_payload(Countersignature, signing.peek(path.read_text())[1])
        path.unlink()
        key = own_key(people)
        other = Countersignature(genuine.campaign_id, genuine.manifest, bytes(32), genuine.institution, genuine.key)
        (people.folder(campaign) / file_name(other)).write_text(sign_document(other, key))
        people.succeed("agency", "open", campaign, *people.sheets("Aigul", "Dana", "Yerlan"))
        told = people.are_refused(CountersignatureMismatch, "agency", "certify", campaign)
        assert "another Release" in told
        assert not people.office.exchange.has(campaign, "release.jws")

    def test_forged_ones_are_refused(self, people: People) -> None:
        campaign = people.closed()
        key = people.found_institution()
        people.is_trusted()
        people.succeed("agency", "open", campaign, *people.sheets("Aigul", "Dana", "Yerlan"))
        release = certify(people.office, campaign)
        agency = signing_key(people.office)
        own = own_key(people)
        good = Countersignature(
            campaign, release.manifest, opened_sha256(release), OMBUDSMAN, signing.public_key_bytes(own)
        )
        by_agency = Countersignature(*(*list(vars(good).values())[:4], signing.public_key_bytes(agency)))
        of_other = Countersignature("ff" * 16, *list(vars(good).values())[1:])
        forged = {
            "signed by another than it says": sign_document(good, agency),
            "the agency's own": sign_document(by_agency, agency),
            "of another campaign": sign_document(of_other, own),
            "a changed letter": altered(sign_document(good, own)),
            "no document": "nothing",
        }
        path = people.folder(campaign) / file_name(good)
        for what, text in forged.items():
            path.write_text(text)
            report = people.verify(campaign, "--countersigner", key)
            assert not report["passed"], what
            assert findings(report)["countersignature"] == "failed", what
            taken = people.types("agency", "accept-countersignatures", campaign)
            assert "Not accepted" in taken.output, what
        stranger = Countersignature(*(*list(vars(good).values())[:3], LocalisedText("a", "b", "c"), good.key))
        path.write_text(sign_document(stranger, own))
        assert "another institution's name" in people.types("agency", "accept-countersignatures", campaign).output
        path.write_text(sign_document(good, own))
        assert people.verify(campaign, "--countersigner", key)["passed"]
        assert (
            findings(people.verify(campaign, "--countersigner", agency.public_key().public_bytes_raw().hex()))[
                "countersigner-key"
            ]
            == "failed"
        )

    def test_a_record_cannot_claim_it_without_proof(self, people: People) -> None:
        campaign = people.closed()
        people.found_institution()
        people.is_trusted()
        people.succeed("agency", "open", campaign, *people.sheets("Aigul", "Dana", "Yerlan"))
        people.succeed(*people.countersigning(campaign))
        people.succeed("agency", "certify", campaign)
        (path,) = people.folder(campaign).glob("countersignature-*")
        path.unlink()
        assert findings(people.verify(campaign))["record-countersigned"] == "failed"

    def test_the_agency_is_no_second_institution(self, people: People) -> None:
        key = signing_key(people.office)
        card = people.place / "card.jws"
        card.write_text(sign_document(make_card(OMBUDSMAN, key), key))
        people.are_refused(NotASecondInstitution, "agency", "trust-countersigner", card, "--yes")


def own_key(people: People) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(KeyStore(people.own, "the ombudsman's own").load("countersigner"))
