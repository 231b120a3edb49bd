"""Custodians of a split key, and campaigns under one: for the tests of custody."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

import pikir
from analytics.campaigns.announcing import announce
from analytics.campaigns.split_keys import SplitMade, keygen_split, read_shares
from analytics.custody.key_files import SplitKeys
from analytics.custody.plan import Group, make_plan
from analytics.office import AgencyOffice
from survey_app.domain.manifest import LocalisedText
from survey_app.web.settings import Settings
from tests.clock import FakeClock
from tests.integration.agency import partners as play
from tests.integration.agency.partners import DISPLEASED, PASSPHRASE, PLEASED, Partners

NAMES = "Aigul,Bolat,Dana,Yerlan,Zarina"
THREE_OF_FIVE = make_plan("3/5", (), NAMES)
TWO_INSTITUTIONS = make_plan(None, ("agency:2/3", "ombudsman:1/2"), NAMES)
ANSWERS = [PLEASED] * 9 + [DISPLEASED] * 3


def nobody(custodian: str) -> str:
    raise AssertionError(f"{custodian} was asked for a passphrase")


def by(office: AgencyOffice, made: SplitMade, *numbers: int) -> SplitKeys:
    """The shares with these places in the list of custodians, from 0."""
    return SplitKeys(office.config.keys, read_shares([made.files[number] for number in numbers], nobody))


def closed_under_split(  # noqa: PLR0917
    office: AgencyOffice,
    partners: Partners,
    clock: FakeClock,
    folder: Path,
    plan: Sequence[Group] = THREE_OF_FIVE,
    code: str = "min-water",
    answers: Sequence[Sequence[int]] = ANSWERS,
) -> tuple[str, SplitMade]:
    """A campaign whose batch waits for its custodians."""
    campaign_id = play.draft_campaign(office, code)
    partners.enrol(campaign_id, 20)
    made = keygen_split(office, [campaign_id], plan, folder)
    announce(office, campaign_id)
    partners.publish_drawn(campaign_id, len(answers))
    clock.now = partners.manifest(campaign_id).schedule.collection_closes
    partners.close(campaign_id, answers, len(answers))
    return campaign_id, made


OMBUDSMAN = LocalisedText("Омбудсмен кеңсесі", "Офис омбудсмена", "Office of the Ombudsman")
IN_RECORD = "Омбудсмен кеңсесі / Офис омбудсмена / Office of the Ombudsman"


class People:
    """Officers, custodians and a second institution, each typing `pikir …`."""

    def __init__(self, settings: Settings, office: AgencyOffice, partners: Partners, clock: FakeClock) -> None:
        self.settings, self.office, self.partners, self.clock = settings, office, partners, clock
        self.place = settings.instance / "people"
        self.place.mkdir()
        self.shares = self.place / "shares"
        self.own = self.place / "own"
        for name, text in (("own-passphrase", "the ombudsman's own\n"), ("passphrase", f"{PASSPHRASE}\n")):
            (self.place / name).write_text(text)

    def types(self, *words: object, typed: str | None = None) -> Result:
        group, *rest = map(str, words)
        command = pikir.main.get_command(None, group)  # type: ignore[arg-type]
        assert command is not None
        return CliRunner().invoke(command, rest, obj=self.settings, input=typed)

    def succeed(self, *words: object, typed: str | None = None) -> str:
        result = self.types(*words, typed=typed)
        assert result.exit_code == 0, (words, result.output, result.exception)
        return result.stdout

    def are_refused(self, refusal: type[Exception], *words: object, typed: str | None = None) -> str:
        result = self.types(*words, typed=typed)
        assert isinstance(result.exception, refusal), (words, result.output, result.exception)
        return str(result.exception)

    def sheets(self, *names: str) -> list[str]:
        """--share for the sheets of these custodians."""
        found = [next(self.shares.glob(f"*-{name}.txt")) for name in names]
        return [word for path in found for word in ("--share", str(path))]

    def split(self, campaign_id: str, *words: str) -> str:
        how = words or ("--split", "3/5")
        return self.succeed("agency", "keygen", campaign_id, *how, "--custodians", NAMES, "--shares", self.shares)

    def close(self, campaign_id: str) -> None:
        """From the key to the closed batch."""
        self.succeed("agency", "announce", campaign_id)
        self.partners.publish_drawn(campaign_id, len(ANSWERS))
        self.clock.now = self.partners.manifest(campaign_id).schedule.collection_closes
        self.partners.close(campaign_id, ANSWERS, len(ANSWERS))

    def closed(self) -> str:
        campaign_id = self.drafted()
        self.split(campaign_id)
        self.close(campaign_id)
        return campaign_id

    def drafted(self) -> str:
        campaign_id = play.draft_campaign(self.office)
        self.partners.enrol(campaign_id, 20)
        return campaign_id

    def folder(self, campaign_id: str) -> Path:
        return self.office.exchange.path(campaign_id, ".")

    def key_file(self, campaign_id: str) -> Path:
        return self.office.config.keys / f"sealing-{campaign_id}.split"

    def carry_offline(self, campaign_id: str) -> tuple[list[object], Path]:
        """The files of an opening on another machine, and the words of the command up to the shares."""
        machine = self.place / "offline"
        shutil.copytree(self.folder(campaign_id), machine)
        shutil.copy(self.key_file(campaign_id), machine / "sealing.key")
        draft = machine / "draft.json"
        documents = [w for n in ("manifest", "board", "drawn") for w in (f"--{n}", machine / f"{n}.jws")]
        return [machine / "batch.bin", *documents, "--key", machine / "sealing.key", "--output", draft], draft

    def found_institution(self) -> str:
        names = ("--name-kk", OMBUDSMAN.kk, "--name-ru", OMBUDSMAN.ru, "--name-en", OMBUDSMAN.en)
        secret = ("--own-passphrase-file", self.place / "own-passphrase")
        return self.succeed("countersign", "keygen", self.own, *names, *secret).split()[-1]

    def is_trusted(self) -> None:
        self.succeed("agency", "trust-countersigner", self.own / "countersigner.jws", typed="y\n")

    def countersigning(self, campaign_id: str, *more: object) -> list[object]:
        secret = ("--own-passphrase-file", self.place / "own-passphrase")
        key = ("--key", self.key_file(campaign_id), *self.sheets("Aigul", "Bolat", "Dana"))
        return ["countersign", "sign", self.folder(campaign_id), "--own", self.own, *secret, *key, *more]

    def verify(self, campaign_id: str, *more: str) -> Any:
        return json.loads(self.types("verify", self.folder(campaign_id), "--json", *more).stdout)


def findings(report: Any) -> dict[str, str]:
    return {one["check"]: one["status"] for one in report["checks"]}


def altered(text: str) -> str:
    head, payload, signature = text.split(".")
    return ".".join((head, payload, ("A" if signature[0] != "A" else "B") + signature[1:]))
