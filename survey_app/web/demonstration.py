"""What marks an instance as a demonstration, and the file that tells a visitor what is in it.

A demonstration folder holds the file DEMO from its first moment, and demo.json only once it is complete: a folder
with the one but not the other was interrupted, and is built again.
"""

import fcntl
import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, cast
from urllib.parse import urlsplit

from config import DEMO_MARKER, mark_as_demo
from survey_app.domain.errors import PikirError

FILE = "demo.json"
TOKENS = "tokens"
OWN_FOLDERS = ("exchange", "keys", TOKENS)
SHOWN_LINKS = 5
State = Literal["empty", "unfinished", "complete", "in earnest"]


class NoDemonstration(PikirError):
    """The folder holds something that is no demonstration; nothing is built over it."""

    slug = "no-demonstration"


class BuiltElsewhere(PikirError):
    """Another process is building this demonstration now."""

    slug = "built-elsewhere"


def state_of(instance: Path) -> State:
    """What is in the folder; "in earnest" is a folder that holds anything and is no demonstration."""
    if (instance / DEMO_MARKER).exists():
        return "complete" if (instance / FILE).exists() else "unfinished"
    return "in earnest" if instance.is_dir() and any(instance.iterdir()) else "empty"


def is_to_be_built(instance: Path) -> bool:
    """Whether a demonstration is missing or was interrupted. Raises NoDemonstration for a folder in earnest."""
    state = state_of(instance)
    if state == "in earnest":
        raise NoDemonstration(
            f"{instance} holds something that is no demonstration: choose another folder (--instance)"
        )
    return state != "complete"


@contextmanager
def building(instance: Path) -> Iterator[None]:
    """Mark the folder, clear away what an interrupted build left, and keep others out. Raises BuiltElsewhere."""
    mark_as_demo(instance)
    with (instance / DEMO_MARKER).open("rb") as marker:
        try:
            fcntl.flock(marker, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BuiltElsewhere(f"another process is building the demonstration in {instance}") from error
        for folder in OWN_FOLDERS:
            shutil.rmtree(instance / folder, ignore_errors=True)
        for database in instance.glob("*.sqlite*"):
            database.unlink()
        yield


def read(instance: Path) -> Mapping[str, Any] | None:
    """What demo.json says; None where the folder is no complete demonstration."""
    if state_of(instance) != "complete":
        return None
    return cast("Mapping[str, Any]", json.loads((instance / FILE).read_bytes()))


def port_of(description: Mapping[str, Any]) -> int:
    """The port that the signed documents of a demonstration name."""
    return urlsplit(str(description["base_url"])).port or 80


def environment(instance: Path, environ: Mapping[str, str]) -> Mapping[str, str]:
    """The PIKIR_* settings that count for ``instance``.

    A demonstration takes only the port, and by default its own: it can never open another instance's databases.
    """
    if not (instance / DEMO_MARKER).exists():
        return environ
    description = read(instance)
    port = environ.get("PIKIR_PORT") or (str(port_of(description)) if description else "")
    return {"PIKIR_PORT": port} if port else {}


def as_text(description: Mapping[str, Any], port: int) -> str:
    """What a visitor can do now, for the terminal; ``port`` is where it is served."""
    base, own_port = description["base_url"], port_of(description)
    lines = ["", f"Pikir, a demonstration with fictional bodies: {base}/", ""]
    lines += [
        f"  {person['office']}, {person['role']}: login {person['login']}, password {person['password']}"
        for person in description["staff"]
    ]
    lines.append(f"  passphrase of the sealing keys: {description['sealing_passphrase']}")
    lines += [line for campaign in description["campaigns"] for line in _invitation(base, campaign)]
    if port != own_port:
        lines += ["", f"Note: its signed documents name {base}; its links lead there and not to port {port}."]
        lines += [f"Serve it with --port {own_port}, or build another: pikir demo --instance DIR --port {port}"]
    return "\n".join([*lines, ""])


def _invitation(base: str, campaign: Mapping[str, Any]) -> list[str]:
    """Lines about a campaign in which a visitor can take part."""
    name, lines = campaign["name"]["en"], []
    if campaign["links"]:
        what = "draw and answer in a single visit" if campaign["visits"] == "single" else "draw a token"
        lines += ["", f"{name}: {what}, for example at"]
        lines += [f"  {link}" for link in campaign["links"][:SHOWN_LINKS]]
    if campaign["token_files"]:
        page = f"{base}/collector/kk/c/{campaign['campaign_id']}"
        lines += ["", f"{name}: answer now; open {page} and choose a token file:"]
        lines += [f"  {path}" for path in campaign["token_files"][:SHOWN_LINKS]]
    return lines
