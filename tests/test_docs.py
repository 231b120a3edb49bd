"""The documentation keeps up with the program, or the build fails."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

import pikir
from analytics.methods import METHODS
from tests.tree import ROOT, files

DOCS = ROOT / "docs"
DECISION = ("Context", "Decision", "Consequences")


def read(*names: str) -> str:
    """Text of the pages in docs/ that exist; one that does not says nothing."""
    return "\n".join((DOCS / name).read_text(encoding="utf-8") for name in names if (DOCS / name).is_file())


def commands(command: click.Command, words: tuple[str, ...] = ("pikir",)) -> Iterator[tuple[str, click.Command]]:
    """Every visible command below ``command`` with its words, groups included."""
    yield " ".join(words), command
    if isinstance(command, click.Group):
        context = click.Context(command, info_name=words[-1])
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            if found is not None and not found.hidden:
                yield from commands(found, (*words, name))


@pytest.fixture(scope="module")
def all_commands() -> dict[str, click.Command]:
    """Every command by its words, such as "pikir agency open"."""
    return dict(commands(pikir.main))


def options(command: click.Command) -> list[str]:
    """Long names of the visible options of a command."""
    visible = [p for p in command.params if isinstance(p, click.Option) and not p.hidden]
    return sorted({name for option in visible for name in option.opts if name.startswith("--")} - {"--help"})


def configuration_keys() -> set[str]:
    paths = [path for path in files(".py") if path.relative_to(ROOT).parts[0] not in {"tests", "benchmarks"}]
    return {key for path in paths for key in re.findall(r"\bPIKIR_[A-Z_]+\b", path.read_text(encoding="utf-8"))}


def shell_lines() -> list[str]:
    """Command lines in the README's fenced sh blocks."""
    blocks = re.findall(
        r"^```sh\n(.*?)^```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )
    return [line.strip() for block in blocks for line in block.splitlines() if line.strip()]


def make_targets() -> set[str]:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z][a-z-]*):(?!=)", makefile, re.MULTILINE))


def test_every_configuration_key_is_explained():
    operations = read("operations.md")

    assert {key for key in configuration_keys() if key not in operations} == set()


def test_every_command_and_option_is_explained(all_commands):
    text = read("cli.md", "operations.md")

    assert [name for name in all_commands if name not in text] == []
    assert [(n, option) for n, c in all_commands.items() for option in options(c) if option not in text] == []


def test_every_command_and_option_explains_itself(all_commands):
    of_options = [(n, p) for n, c in all_commands.items() for p in c.params if isinstance(p, click.Option)]

    assert [name for name, command in all_commands.items() if not command.help] == []
    assert [(name, option.name) for name, option in of_options if not option.help] == []


@pytest.mark.parametrize("method", METHODS)
def test_every_kpi_method_is_explained(method):
    assert method in read("methodology.md", "agency.md")


@pytest.mark.parametrize("path", sorted(DOCS.glob("decisions/*.md")), ids=lambda path: path.stem)
def test_a_decision_has_context_decision_and_consequences(path: Path):
    headings = re.findall(r"^#+\s+(.*?)\s*$", path.read_text(encoding="utf-8"), re.MULTILINE)

    assert [heading for heading in headings if heading in DECISION] == list(DECISION)


def test_the_readme_shows_the_two_commands():
    assert {"make run", "make test"} <= {line.split(" #")[0].strip() for line in shell_lines()}


def test_the_readmes_make_targets_exist():
    targets = [line.split()[1] for line in shell_lines() if line.startswith("make ")]

    assert targets
    assert set(targets) <= make_targets()


def test_the_readmes_pikir_commands_exist(all_commands):
    for line in shell_lines():
        words = shlex.split(line, comments=True)
        if words and Path(words[0]).name == "pikir":
            called = ["pikir", *words[1:]]
            known = [n for n in range(len(called), 0, -1) if " ".join(called[:n]) in all_commands]
            following = called[known[0] :]
            group = isinstance(all_commands[" ".join(called[: known[0]])], click.Group)
            assert not group or not following or following[0].startswith("-"), line


@pytest.mark.parametrize("path", [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))], ids=lambda path: path.name)
def test_links_inside_the_documentation_lead_somewhere(path: Path):
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", path.read_text(encoding="utf-8"))
    local = [target for target in targets if not re.match(r"[a-z]+:", target)]

    assert [target for target in local if not (path.parent / target).exists()] == []
