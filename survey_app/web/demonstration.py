"""What marks an instance as a demonstration, and the file that tells a visitor what is in it.

A demonstration folder holds the file DEMO from its first moment, and demo.json only once it is complete: a folder
with the one but not the other was interrupted, and is built again.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, cast
from urllib.parse import urlsplit

from config import DEMO_MARKER

FILE = "demo.json"
State = Literal["empty", "unfinished", "complete", "in earnest"]


def state_of(instance: Path) -> State:
    """What is in the folder; "in earnest" is a folder that holds anything and is no demonstration."""
    if (instance / DEMO_MARKER).exists():
        return "complete" if (instance / FILE).exists() else "unfinished"
    return "in earnest" if instance.is_dir() and any(instance.iterdir()) else "empty"


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
