"""WSGI door: ``wsgi:application`` is the office that PIKIR_ROLE names, or all of them by path.

    issuer | collector | agency     one office at /, as behind a proxy on its own host
    all (default)                   /issuer, /collector, /agency, and a front door at /

With pikir.py the only place that sees more than one office; each is imported only when it is asked for.
"""

import importlib
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from config import ConfigurationError, agency_config, collector_config, issuer_config
from survey_app.web import demonstration, keystore
from survey_app.web.clock import system_clock
from survey_app.web.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

OFFICES: Mapping[str, tuple[Callable[..., Any], str, str]] = {
    "issuer": (issuer_config, "survey_app.issuer_app", "create_issuer_app"),
    "collector": (collector_config, "survey_app.collector_app", "create_collector_app"),
    "agency": (agency_config, "analytics.agency_app", "create_agency_app"),
}


def make_application(role: str, settings: Settings) -> "WSGIApplication":
    """The application of one office, or of all. Raises ConfigurationError."""
    if role == "all":
        _prepare_keys(OFFICES, settings)
        return _all_offices(settings)
    if role not in OFFICES:
        raise ConfigurationError(f"PIKIR_ROLE must be one of {', '.join((*OFFICES, 'all'))}, not {role!r}")
    _prepare_keys((role,), settings)
    return _office(role, settings)


def settings_from(environ: Mapping[str, str]) -> Settings:
    """Surroundings of a process that was started with ``environ``; a demonstration listens only to its own."""
    instance = Path(environ.get("PIKIR_INSTANCE") or "instance")
    return Settings(instance, demonstration.environment(instance, environ), system_clock)


def _prepare_keys(roles: Iterable[str], settings: Settings) -> None:
    """Stretch the passphrases while nothing else is loaded yet: that takes 128 MiB for a moment."""
    for role in roles:
        config = OFFICES[role][0](settings.instance, settings.environ)
        keystore.prepare(config.keys, config.passphrase)


def _office(role: str, settings: Settings) -> "WSGIApplication":
    read_config, module, factory = OFFICES[role]
    config = read_config(settings.instance, settings.environ)
    application: WSGIApplication = getattr(importlib.import_module(module), factory)(config, settings.clock)
    return application


def _all_offices(settings: Settings) -> "WSGIApplication":
    from werkzeug.middleware.dispatcher import DispatcherMiddleware  # noqa: PLC0415 (only a server needs it)

    front_door = importlib.import_module("survey_app.front_door.application")
    application = front_door.create_front_door(demonstration.read(settings.instance))
    return DispatcherMiddleware(application, {f"/{role}": _office(role, settings) for role in OFFICES})


def __getattr__(name: str) -> object:
    """Build ``application`` when a server first asks for it, so that importing this module opens nothing."""
    if name != "application":
        raise AttributeError(name)
    application = make_application(os.environ.get("PIKIR_ROLE") or "all", settings_from(os.environ))
    globals()["application"] = application
    return application
