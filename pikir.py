"""The command line: one group for each office, and what concerns them all.

With wsgi.py the only place that sees more than one office. Nothing of an office is imported until its command is
used: an issuer's host needs no analytics, and ``pikir --help`` answers at once.
"""
# ruff: noqa: PLC0415 (imports where they are used, see above)

import importlib
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

import config
from survey_app.web import demonstration
from survey_app.web.clock import system_clock
from survey_app.web.commands import Lazy, LazyGroup
from survey_app.web.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

    from simulation.offices import Offices
    from simulation.plan import PlannedCampaign

DEFAULT_PORT, MOST_PORT = 8000, 65535
STAFF: tuple[tuple[Literal["agency", "issuer"], str, str, str], ...] = (  # office, role, login, password
    ("agency", "officer", "officer", "demo-officer-2026"),
    ("agency", "officer", "officer2", "demo-officer2-2026"),
    ("agency", "analyst", "analyst", "demo-analyst-2026"),
    ("agency", "custodian", "custodian", "demo-custodian-2026"),
    ("agency", "auditor", "auditor", "demo-auditor-2026"),
    ("agency", "administrator", "admin", "demo-admin-2026"),
    ("issuer", "issuing", "issuing", "demo-issuing-2026"),
    ("issuer", "issuing", "issuing2", "demo-issuing2-2026"),
    ("issuer", "personnel", "personnel", "demo-personnel-2026"),
    ("issuer", "auditor", "auditor", "demo-auditor-2026"),
    ("issuer", "administrator", "admin", "demo-admin-2026"),
)
DEMO_BODY = "winds-clouds"  # whose personnel officer can sign in; its roster can still be changed
LAZY = {
    "agency": Lazy("analytics.cli", "agency", "The agency: rounds, campaigns, keys, opening, certifying, export."),
    "issuer": Lazy("survey_app.identity.cli", "issuer", "The issuer: rosters, invitations, tokens drawn."),
    "collector": Lazy("survey_app.responses.cli", "collector", "The collector: sealed responses, batch, board."),
    "kpi": Lazy("analytics.kpi_cli", "kpi", "Compute the KPI from a plain file of answers."),
    "countersign": Lazy(
        "analytics.countersign_cli", "countersigning", "A second institution: re-open a batch, countersign its Release."
    ),
    "verify": Lazy("analytics.verify_cli", "verify", "Check public documents, and say what nobody can check."),
}
PULLERS = {
    "issuer": (config.issuer_config, "survey_app.identity.office", "open_issuer", "survey_app.identity.pulling"),
    "collector": (
        *(config.collector_config, "survey_app.responses.office"),
        *("open_collector", "survey_app.responses.pulling"),
    ),
    "agency": (config.agency_config, "analytics.office", "open_agency", "analytics.campaigns.pulling"),
}
instance_option = click.option(
    "--instance",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder with databases, keys and exchange. [default: that of `pikir --instance`]",
)
port_option = click.option("--port", type=click.IntRange(1, MOST_PORT), help="Port on 127.0.0.1. [env var: PIKIR_PORT]")


@click.group(cls=LazyGroup, lazy=LAZY, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--instance",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("instance"),
    envvar="PIKIR_INSTANCE",
    show_default=True,
    show_envvar=True,
    help="Folder with databases, keys and exchange.",
)
@click.version_option(package_name="pikir", prog_name="pikir")
@click.pass_context
def main(context: click.Context, instance: Path) -> None:
    """Pikir: anonymous surveys of the civil service, and a satisfaction KPI that anybody can check."""
    context.obj = _settings(instance, None)


@main.command()
@instance_option
@port_option
@click.option("--demo", "with_demo", is_flag=True, help="Build a demonstration first if the folder is empty.")
@click.pass_obj
def run(settings: Settings, instance: Path | None, port: int | None, with_demo: bool) -> None:
    """Serve all three offices on this machine, or the one that PIKIR_ROLE names."""
    _go(_settings(instance or settings.instance, port), build=with_demo, serve=True)


@main.command()
@instance_option
@port_option
@click.option("--no-serve", is_flag=True, help="Only build.")
@click.pass_obj
def demo(settings: Settings, instance: Path | None, port: int | None, no_serve: bool) -> None:
    """Build a demonstration (fictional bodies, real cryptography) and serve it."""
    _go(_settings(instance or settings.instance, port), build=True, serve=not no_serve)


def _settings(instance: Path, port: int | None) -> Settings:
    """Surroundings with the port settled: the option's, PIKIR_PORT, the one a demonstration was built for, 8000."""
    environ = demonstration.environment(instance, os.environ)
    chosen = str(port or environ.get("PIKIR_PORT") or DEFAULT_PORT)
    if not chosen.isdecimal() or not 0 < int(chosen) <= MOST_PORT:
        raise config.ConfigurationError(f"PIKIR_PORT must be a port from 1 to {MOST_PORT}, not {chosen!r}")
    return Settings(instance, {**environ, "PIKIR_PORT": chosen}, system_clock)


def _go(settings: Settings, *, build: bool, serve: bool) -> None:
    from survey_app.web import server

    port = int(settings.environ["PIKIR_PORT"])
    server.end_on_sigterm()
    if serve:
        server.require_free(port)
    if build and demonstration.is_to_be_built(settings.instance):
        build_demo(settings, port)
    description = demonstration.read(settings.instance)
    if description is not None:
        click.echo(demonstration.as_text(description, port))
    if serve:
        _serve(settings, port)


def _serve(settings: Settings, port: int) -> None:
    import wsgi
    from survey_app.web import server

    settings = Settings(
        settings.instance, demonstration.environment(settings.instance, settings.environ), settings.clock
    )
    role = os.environ.get("PIKIR_ROLE") or "all"
    largest = server.LARGEST_BODY if role == "collector" else server.LARGEST_UPLOAD
    listening = server.listen(wsgi.make_application(role, settings), port, largest_body=largest)
    click.echo(f"Serving at http://127.0.0.1:{port}/ (control-C ends it)")
    _pull_meanwhile(role, settings)
    listening.run()


def _pull_meanwhile(role: str, settings: Settings) -> None:
    """Take the other offices' documents every PIKIR_PULL_SECONDS, if that is set and one office is served here."""
    from survey_app.web import pull_command

    seconds = settings.environ.get("PIKIR_PULL_SECONDS") or "0"
    if not seconds.isdecimal():
        raise config.ConfigurationError(f"PIKIR_PULL_SECONDS must be a whole number of seconds, not {seconds!r}")
    if role in PULLERS and int(seconds) > 0:
        read_config, office_module, opener, module = PULLERS[role]
        office = getattr(importlib.import_module(office_module), opener)(
            read_config(settings.instance, settings.environ), settings.clock
        )
        pull_command.run_meanwhile(importlib.import_module(module).make_puller(office), int(seconds))


def build_demo(settings: Settings, port: int, story: "Sequence[PlannedCampaign] | None" = None) -> None:
    """Build a demonstration in the instance folder: staff in this process, respondents over HTTP.

    ``story`` is simulation/bodies.json's by default. Raises BuiltElsewhere.
    """
    import wsgi
    from simulation import crowd, demo, plan, souvenirs
    from simulation.offices import SettableClock
    from survey_app.web.questionnaires import FOLDER, default_questionnaire

    instance, base_url, now = settings.instance, f"http://127.0.0.1:{port}", settings.clock()
    clock, story = SettableClock(now), story or plan.make_plan(now)
    with demonstration.building(instance):
        inside = Settings(instance, {"PIKIR_PORT": str(port)}, clock)
        offices, places, staff = open_offices(inside)
        with (
            _answering(wsgi.make_application("all", inside)) as address,
            crowd.gather_crowd((FOLDER / "appendix7.json").read_bytes(), {base_url: address}) as people,
            _progress(demo.work_in(story)) as report,
        ):
            teller = demo.Teller(offices, people, clock, default_questionnaire(), report)
            told = teller.tell(story, f"{base_url}/collector")
        description = souvenirs.describe(base_url, told, instance / demonstration.TOKENS)
        description |= {"staff": staff, "sealing_passphrase": config.DEMO_SECRET, **places}
        souvenirs.write_description(instance / demonstration.FILE, description)


@contextmanager
def _answering(application: "WSGIApplication") -> Iterator[str]:
    """Serve on a free port meanwhile; gives its address."""
    from survey_app.web import server

    listening = server.listen(application, 0)
    thread = threading.Thread(target=listening.run)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.port}"
    finally:
        listening.close()
        thread.join()


@contextmanager
def _progress(work: int) -> Iterator[Callable[[str, int], None]]:
    """A progress bar on standard error, and what to call with (what begins or "", work done)."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    columns = BarColumn(), TaskProgressColumn(), TimeElapsedColumn(), TextColumn("{task.description}")
    click.echo("Building the demonstration: three rounds of twelve fictional bodies, about a minute.", err=True)
    with Progress(*columns, console=Console(stderr=True)) as bars:
        task = bars.add_task("", total=work)
        yield lambda what, done: bars.update(task, advance=done, description=what or None)


def open_offices(settings: Settings) -> tuple["Offices", dict[str, Any], list[dict[str, str]]]:
    """The desks of all three offices in one process, where they keep their things, and who may sign in."""
    from analytics import office as agency_office
    from analytics.campaigns import (
        announcing,
        certification,
        creation,
        custody,
        openings,
        round_certification,
        round_keys,
        round_openings,
        staffing,
        voiding,
    )
    from simulation import offices
    from survey_app.identity import acceptance, closing, enrolment, handouts, roster
    from survey_app.identity import office as issuer_office
    from survey_app.responses import batch
    from survey_app.responses import enrolment as collecting
    from survey_app.responses.office import open_collector
    from survey_app.staff.accounts import add_staff

    place = settings.instance, settings.environ
    agency = agency_office.open_agency(config.agency_config(*place), settings.clock)
    issuer = issuer_office.open_issuer(config.issuer_config(*place), settings.clock)
    collector = open_collector(config.collector_config(*place), settings.clock)
    sealing_keys = custody.sealing_keys(agency, config.DEMO_SECRET)
    desks = offices.Offices(
        offices.AgencyDesk(
            create_round=partial(creation.create_round, agency),
            create_campaign=partial(creation.create_campaign, agency),
            import_register=partial(staffing.import_register, agency),
            keygen=partial(custody.keygen, agency, passphrase=config.DEMO_SECRET),
            announce=partial(announcing.announce, agency),
            open_batch=partial(openings.open_campaign_batch, agency, passphrase=sealing_keys),
            certify=partial(certification.certify, agency),
            void=partial(voiding.void, agency),
            open_round=partial(
                round_openings.open_round_batches,
                agency,
                keys=round_keys.RoundKeys((sealing_keys,)),
                processes=openings.processes(),
            ),
            certify_round=partial(round_certification.certify_round, agency),
        ),
        offices.IssuerDesk(
            import_roster=partial(roster.import_roster, issuer),
            enrol=partial(enrolment.enrol, issuer),
            accept=partial(acceptance.accept, issuer),
            invitations=partial(handouts.take_links, issuer),
            publish_drawn=partial(closing.publish_drawn, issuer),
            close=partial(closing.close, issuer),
        ),
        offices.CollectorDesk(
            enrol=partial(collecting.enrol, collector),
            accept=partial(collecting.accept, collector),
            accept_drawn=partial(collecting.accept_drawn, collector),
            close=partial(batch.close, collector),
        ),
    )
    desks_of_staff = {"agency": agency_office.staff_desk(agency), "issuer": issuer_office.staff_desk(issuer)}
    for where, role, login, password in STAFF:
        bodies = [DEMO_BODY] if role == issuer_office.PERSONNEL else []
        add_staff(desks_of_staff[where], login, role, password, bodies=bodies)
    databases = {"identity": issuer.database, "responses": collector.database, "agency": agency.database}
    places = {
        "databases": {name: str(database.engine.url.database) for name, database in databases.items()},
        "exchange": str(agency.config.exchange.resolve()),
    }
    staff = [dict(zip(("office", "role", "login", "password"), one, strict=True)) for one in STAFF]
    return desks, places, staff


if __name__ == "__main__":
    main()
