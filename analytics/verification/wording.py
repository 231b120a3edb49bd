"""Findings in words: kk, ru, en from analytics/data/verify_texts.json."""

import functools
import json
from collections.abc import Mapping
from importlib import resources
from typing import Any

from analytics.verification.findings import Finding

Texts = Mapping[str, Mapping[str, Mapping[str, str]]]


def title(finding: Finding, language: str) -> str:
    """What was checked."""
    return texts()["checks"][finding.check][language]


def detail(finding: Finding, language: str) -> str:
    """What was found, possibly nothing to say."""
    return texts()["messages"][finding.message][language].format(**finding.values)


def limit(name: str, language: str) -> str:
    """One thing that nobody can verify."""
    return texts()["limits"][name][language]


def word(name: str, language: str, **values: Any) -> str:
    """A status or a summary."""
    return texts()["words"][name][language].format(**values)


@functools.cache
def texts() -> Texts:
    """All texts: section, key, language."""
    loaded: Texts = json.loads(
        resources.files("analytics").joinpath("data/verify_texts.json").read_text(encoding="utf-8")
    )
    return loaded
