"""Rehearse a round: `python -m rehearsal [--bodies 40] [--servants 20000] [--json FILE]` (make rehearsal)."""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

from rehearsal import setting
from rehearsal.hosts import free_port, three_hosts
from rehearsal.ledger import Ledger, StepFailed
from rehearsal.post import Post, post_office
from rehearsal.round import Round
from simulation.crowd import gather_crowd
from survey_app.web.questionnaires import FOLDER, default_questionnaire
from survey_app.web.server import end_on_sigterm

BODIES, SERVANTS, SEED = 40, 20_000, 13
MINUTE = timedelta(minutes=1)
AHEAD = {"agency": 2 * MINUTE, "issuer": -3 * MINUTE, "collector": 0 * MINUTE}


def main() -> str | None:
    """Why it stopped, if it did; the report is made all the same."""
    parser = argparse.ArgumentParser(prog="python -m rehearsal", description=__doc__)
    parser.add_argument("--bodies", type=int, default=BODIES, metavar="NUMBER")
    parser.add_argument("--servants", type=int, default=SERVANTS, metavar="NUMBER", help="of all bodies together")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the report there as well")
    options = parser.parse_args()
    end_on_sigterm()  # and with this process those that it started
    ledger = Ledger(talks=True)
    try:
        with tempfile.TemporaryDirectory(prefix="pikir-rehearsal-") as folder:
            rehearse(Path(folder), options.bodies, options.servants, ledger)
    except StepFailed as failure:
        return f"Stopped: {failure}"
    finally:
        report = ledger.report()
        print(as_text(report))
        if options.json:
            options.json.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return None


def as_text(report: Mapping[str, Any]) -> str:
    """For people."""
    return "\n".join(
        (
            *(f"{seconds:8.1f} s  {name}" for name, seconds in report["phases"].items()),
            f"{report['seconds']:8.1f} s  in all",
            *(f"{number:8d}    {name}" for name, number in report["figures"].items()),
            *(f"{name}: {said}" for name, said in report["incidents"].items()),
            "The pages that took longest:",
            *(f"{seconds:8.2f} s  {page}" for page, seconds in report["slowest pages"].items()),
        )
    )


def rehearse(folder: Path, bodies: int, servants: int, ledger: Ledger, *, processes: int = 2) -> None:
    """Everything from the draft to the archive; people come from so many ``processes``.

    Raises StepFailed if anything goes otherwise than it should.
    """
    random = Random(SEED)
    made = setting.make_bodies(bodies, servants, random)
    ledger.figures |= {"bodies": bodies, "servants (N)": servants}
    post, port = Post(setting.address(made[0], 2)), free_port()
    mail = {"HOST": "127.0.0.1", "PORT": str(port), "SECURITY": "none", "FROM": "survey@pikir.example"}
    environ = {f"PIKIR_ISSUER_SMTP_{name}": value for name, value in (mail | {"PER_MINUTE": "1000000"}).items()}
    with ExitStack() as stack:
        stack.enter_context(post_office(post, port))
        hosts = stack.enter_context(three_hosts(folder, setting.NOW, AHEAD, environ))
        crowd = stack.enter_context(gather_crowd((FOLDER / "appendix7.json").read_bytes(), {}, processes=processes))
        told = Round(hosts, made, default_questionnaire(), ledger, random, post)
        phases: dict[str, Callable[[], None]] = {
            "accounts and first sign-ins": told.is_staffed,
            "setting up: campaigns, register, split key": told.is_set_up,
            "rosters, enrolling, announcing, accepting": told.is_enrolled,
            "inviting by e-mail": told.is_invited,
            "links, drawing and M": lambda: told.is_drawn(crowd),
            "answering": lambda: told.is_answered(crowd),
            "closing, batches fetched": told.is_closed,
            "opening the round": told.is_opened,
            "countersigning": told.is_countersigned,
            "certifying": told.is_certified,
            "verifying every folder and both journals": told.is_verified,
            "archiving": told.is_archived,
        }
        for name, step in phases.items():
            with ledger.phase(name):
                step()


if __name__ == "__main__":
    sys.exit(main())
