"""Who may import whom: the seven rules of the architecture, each enforced twice.

Once by import-linter, which reads every import statement, also those inside functions (contracts in ``.importlinter``);
once by importing each side in a fresh interpreter and looking at what that loaded, which also sees what a package's
``__init__`` does and what goes through importlib.
"""

import ast
import configparser
import json
import re
import subprocess
import sys
from functools import cache

import pytest

from tests.tree import ROOT, files, modules, top_level_modules

SIDES = (
    "survey_app.identity",
    "survey_app.responses",
    "survey_app.issuer_app",
    "survey_app.collector_app",
    "analytics",
)
ROOTS = ("config", "pikir", "wsgi")
PIPELINE = tuple(f"analytics.{m}" for m in ("opening", "tally", "kpi", "disclosure", "attacker", "release", "scoring"))
SHOWS_A_RELEASE = ("analytics.charts", "analytics.reports", "analytics.scoring", "analytics.views")
FOUNDATIONS = {"errors", "base64url", "documents", "signing", "keyfile"}
WEB = {"flask", "flask_babel", "flask_login", "flask_wtf", "jinja2", "werkzeug", "waitress"}
DATABASE = {"sqlalchemy", "alembic", "psycopg"}

IMPORT_ALL = """
import importlib, json, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
print(json.dumps(sorted(sys.modules)))
"""


@cache
def loaded_by(*names: str) -> frozenset[str]:
    """What a fresh interpreter has loaded after importing these modules and everything below them."""
    wanted = [module for name in names for module in modules(name)]
    result = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", IMPORT_ALL, *wanted],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return frozenset(json.loads(result.stdout))


def within(loaded: frozenset[str], *packages: str) -> set[str]:
    """The loaded modules that are one of ``packages`` or lie in it."""
    return {module for module in loaded if any(module == p or module.startswith(f"{p}.") for p in packages)}


class TestFreshInterpreter:
    def test_the_probe_itself_sees_imports(self):
        assert within(loaded_by("survey_app.web"), "flask", "survey_app.domain")

    def test_1_each_layer_loads_only_what_lies_below(self):
        assert not within(loaded_by("survey_app.domain"), "survey_app.web", *SIDES)
        assert not within(loaded_by("survey_app.web"), "survey_app.staff", *SIDES)
        assert not within(loaded_by("survey_app.staff"), *SIDES)

    def test_3_the_collector_has_no_staff(self):
        for side in ("survey_app.responses", "survey_app.collector_app", "survey_app.front_door"):
            assert not within(loaded_by(side), "survey_app.staff", "flask_login")

    def test_1_neither_side_knows_the_other(self):
        assert not within(loaded_by("survey_app.identity"), "survey_app.responses", "survey_app.issuer_app")
        assert not within(loaded_by("survey_app.responses"), "survey_app.identity", "survey_app.collector_app")
        assert not within(loaded_by("survey_app.issuer_app"), "survey_app.responses", "survey_app.collector_app")
        assert not within(loaded_by("survey_app.collector_app"), "survey_app.identity", "survey_app.issuer_app")

    def test_2_the_identity_side_cannot_name_a_token(self):
        allowed = {f"survey_app.domain.{m}" for m in {"blind_rsa", "manifest", "merkle", "archive"} | FOUNDATIONS}
        loaded = within(loaded_by("survey_app.identity") | loaded_by("survey_app.issuer_app"), "survey_app.domain")

        assert loaded - {"survey_app.domain"} <= allowed

    def test_3_nobody_else_knows_who(self):
        for side in ("survey_app.responses", "survey_app.collector_app", "analytics", "simulation"):
            assert not within(loaded_by(side), "survey_app.identity", "survey_app.issuer_app")

    def test_3_the_survey_knows_no_analytics(self):
        everything = {name for name in modules("survey_app") if name.count(".") == 1}
        assert not set().union(*(within(loaded_by(name), "analytics", "simulation") for name in everything))

    def test_4_the_domain_is_pure(self):
        loaded = loaded_by("survey_app.domain")

        assert not within(loaded, *WEB, *DATABASE, "pandas", "numpy", "plotly", "click", "config")

    def test_4_the_pipeline_is_pure(self):
        assert not within(loaded_by(*PIPELINE), *WEB, *DATABASE, "plotly", "click", "config")

    def test_5_what_is_shown_comes_from_a_release(self):
        assert not within(loaded_by(*SHOWS_A_RELEASE), "analytics.tally", "analytics.opening")

    def test_6_the_analytics_take_domain_web_and_staff(self):
        packages = ("domain", "web", "staff")
        allowed = {"survey_app", *(module for package in packages for module in modules(f"survey_app.{package}"))}

        assert within(loaded_by("analytics"), "survey_app") <= allowed
        assert not within(loaded_by("analytics"), "simulation")

    def test_6_the_simulation_speaks_http(self):
        loaded = loaded_by("simulation")

        assert within(loaded, "survey_app") <= {"survey_app", *modules("survey_app.domain")}
        assert not within(loaded, "analytics", "config", *WEB, *DATABASE)

    def test_7_a_composition_root_loads_no_office_by_itself(self):
        assert not within(loaded_by(*top_level_modules()), *SIDES, "simulation")

    def test_7_there_are_no_other_composition_roots(self):
        assert set(top_level_modules()) <= set(ROOTS)

    def test_7_the_front_door_sees_no_office(self):
        assert not within(loaded_by("survey_app.front_door"), *SIDES)


class TestImportLinter:
    @pytest.fixture
    def contracts(self) -> configparser.ConfigParser:
        parser = configparser.ConfigParser()
        parser.read(ROOT / ".importlinter", encoding="utf-8")
        return parser

    def test_the_contracts_are_kept(self):
        result = subprocess.run(
            [
                sys.executable,
                "-c",
                "from importlinter.cli import lint_imports_command as c; c()",
                "--no-cache",
                "--no-logo",
            ],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )

        assert result.returncode == 0, result.stdout + result.stderr

    def test_each_rule_has_a_contract(self, contracts):
        names = [contracts[section]["name"] for section in contracts.sections()[1:]]

        assert {name[0] for name in names} == set("1234567")

    @pytest.mark.parametrize(
        ("contract", "names"),
        [
            ("identity-cannot-name-a-token", ["survey_app.identity", "survey_app.issuer_app"]),
            ("nobody-else-knows-who", ["survey_app.responses", "survey_app.collector_app", "analytics", "simulation"]),
            ("pipeline-is-pure", PIPELINE),
            ("only-a-release-is-seen", SHOWS_A_RELEASE),
        ],
    )
    def test_a_contract_names_every_module_that_exists(self, contracts, contract, names):
        """A new module that a rule is about must be added to the rule's contract."""
        listed = contracts[f"importlinter:contract:{contract}"]["source_modules"].split()

        assert {name for name in names if modules(name)} <= set(listed)

    def test_every_package_is_watched(self, contracts):
        packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}

        assert packages == set(contracts["importlinter"]["root_packages"].split())


def tree_of(path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imported_roots(tree: ast.Module) -> set[str]:
    """First part of every absolute import in a file, at any depth."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide who imports whom"
            found.add(str(node.module).split(".")[0])
    return found


OURS = [path for package in ("survey_app", "analytics", "simulation") for path in files(".py", under=package)]


def relative(path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", [path for path in OURS if path.name == "__init__.py"], ids=relative)
def test_a_package_file_holds_only_a_docstring(path):
    body = tree_of(path).body

    assert len(body) == 1
    assert isinstance(body[0], ast.Expr)
    assert isinstance(body[0].value, ast.Constant)
    assert isinstance(body[0].value.value, str)


def test_every_folder_with_code_is_a_package():
    assert {relative(p.parent) for p in OURS} == {relative(p.parent) for p in OURS if p.name == "__init__.py"}


def test_a_migration_never_imports_the_app():
    paths = list(files(".py", under="migrations"))
    assert paths
    for path in paths:
        ours = {"survey_app", "analytics", "simulation", *ROOTS}
        assert not imported_roots(tree_of(path)) & ours, relative(path)


def test_no_package_imports_a_composition_root():
    for path in OURS:
        assert not imported_roots(tree_of(path)) & set(ROOTS) - {"config"}, relative(path)


def test_no_package_imports_by_name_at_run_time():
    """It would escape the contracts. Only the lazy command group does, for names that a composition root gives it."""
    for path in OURS:
        if relative(path) != "survey_app/web/commands.py":
            names = {n.attr for n in ast.walk(tree_of(path)) if isinstance(n, ast.Attribute)}
            names |= {n.id for n in ast.walk(tree_of(path)) if isinstance(n, ast.Name)}
            assert not names & {"import_module", "__import__"}, relative(path)


@pytest.mark.parametrize(
    ("package", "others"),
    [
        ("survey_app/domain", SIDES),
        ("survey_app/web", ("survey_app.staff", *SIDES)),
        ("survey_app/staff", SIDES),
        ("survey_app/identity", ("survey_app.responses", "survey_app.collector_app", "analytics")),
        ("survey_app/responses", ("survey_app.identity", "survey_app.issuer_app", "analytics")),
        (
            "analytics",
            ("survey_app.identity", "survey_app.responses", "survey_app.issuer_app", "survey_app.collector_app"),
        ),
    ],
)
def test_a_package_never_spells_another_offices_modules(package, others):
    """Not in a string either, by which it could be imported."""
    for path in files(".py", under=package):
        strings = [n.value for n in ast.walk(tree_of(path)) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
        spelt = [s for s in strings if any(s == other or s.startswith(f"{other}.") for other in others)]
        assert not spelt, f"{relative(path)}: {spelt}"


def test_a_module_is_named_for_what_it_knows():
    banned = re.compile(r"^_?(utils?|helpers?|services?|managers?|misc|common)$", re.IGNORECASE)
    for path in files(".py", ".js", ".mjs", ".ts"):
        for part in path.relative_to(ROOT).with_suffix("").parts:
            assert not banned.match(part), relative(path)


def test_no_python_file_has_grown_past_400_lines():
    """The goal is 250; nothing is allowed past 400."""
    lengths = {relative(path): len(path.read_text(encoding="utf-8").splitlines()) for path in files(".py")}

    assert {name: length for name, length in lengths.items() if length > 400} == {}
