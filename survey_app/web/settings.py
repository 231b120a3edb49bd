"""What a command line hands to each office: where its files lie, the environment, the clock."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from survey_app.web.clock import Clock


@dataclass(frozen=True)
class Settings:
    """Read-only surroundings of one command: ``instance`` folder, ``environ`` (PIKIR_*), ``clock`` (UTC)."""

    instance: Path
    environ: Mapping[str, str]
    clock: Clock
