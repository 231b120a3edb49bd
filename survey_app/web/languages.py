"""Kazakh, Russian and English: the language is part of a page's path; the API listens to Accept-Language."""

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path

from babel.dates import format_interval, get_timezone
from flask import Flask, g, request, url_for
from flask_babel import Babel, format_date, format_datetime, get_locale
from werkzeug.routing import BaseConverter

from survey_app.domain.manifest import LANGUAGES

SHARED = Path(__file__).parent / "translations"
TIME_ZONE = "Asia/Almaty"
NAMES = {"kk": "Қазақша", "ru": "Русский", "en": "English"}


class LanguageConverter(BaseConverter):
    """Matches kk, ru or en in a path: ``/<language:lang>/…``."""

    regex = "|".join(LANGUAGES)
    part_isolating = True


def install_languages(app: Flask, translations: Iterable[Path]) -> None:
    """Set up translation from the folders given (the shared one is always added), and the language in paths."""
    folders = ";".join(str(folder) for folder in (SHARED, *translations))
    Babel(
        app,
        default_locale="kk",
        default_timezone=TIME_ZONE,
        default_translation_directories=folders,
        locale_selector=_locale,
    )
    app.url_map.converters["language"] = LanguageConverter

    @app.url_value_preprocessor
    def take_language(_endpoint: str | None, values: dict[str, object] | None) -> None:
        if values and "lang" in values:
            g.lang = values.pop("lang")

    @app.url_defaults
    def give_language(endpoint: str, values: dict[str, object]) -> None:
        if "lang" not in values and app.url_map.is_endpoint_expecting(endpoint, "lang"):
            values["lang"] = current_language()

    @app.context_processor
    def page_context() -> dict[str, object]:
        return {
            "lang": current_language(),
            "languages": NAMES,
            "switch_url": switch_url,
            "start_page": lambda: url_for("pages.home"),
            "format_moment": format_moment,
            "format_day": format_day,
            "format_days": format_days,
        }


def current_language() -> str:
    """kk, ru or en: from the path, even one that leads nowhere; else from Accept-Language, else Kazakh."""
    chosen: str | None = g.get("lang")
    return chosen or _language_of_path() or _preferred_language()


def switch_url(lang: str) -> str:
    """The present page in another language; the home page where there is none."""
    if request.endpoint is None or request.view_args is None:
        return url_for("pages.home", lang=lang)
    return url_for(request.endpoint, **{**request.view_args, **request.args, "lang": lang})


_MOMENTS = {  # spaces that do not break keep the year with its word, and the day with its month
    "kk": "yyyy\u00a0'ж'. d\u00a0MMMM, HH:mm",
    "ru": "d\u00a0MMMM yyyy\u00a0'г'., HH:mm",
    "en": "d MMMM yyyy, HH:mm",
}
_DAYS = {"kk": "yyyy\u00a0'ж'. d\u00a0MMMM", "ru": "d\u00a0MMMM yyyy\u00a0'года'", "en": "d MMMM yyyy"}


def format_moment(moment: datetime) -> str:
    """Date and time for people, in the page's language and the country's time zone."""
    return str(format_datetime(moment, _MOMENTS[str(get_locale())]))


def format_day(day: date) -> str:
    """A date for people, in the page's language."""
    return str(format_date(day, _DAYS[str(get_locale())]))


def format_days(opens: datetime, closes: datetime) -> str:
    """From which day to which, as short as the page's language has it: 24 дек. 2026 г. – 7 янв. 2027 г."""
    locale = str(get_locale())
    zone = get_timezone(TIME_ZONE)
    days = format_interval(opens, closes, "yMMMd", tzinfo=zone, locale="en_GB" if locale == "en" else locale)
    return days.replace("\u202f", "\u00a0")  # a space that our font has


def _language_of_path() -> str | None:
    first = request.path.lstrip("/").partition("/")[0]
    return first if first in LANGUAGES else None


def _preferred_language() -> str:
    """The first of the browser's languages that is ours, whatever its region (ru-KZ is Russian); else Kazakh."""
    wished = (tag.partition("-")[0].lower() for tag in request.accept_languages.values())
    return next((language for language in wished if language in LANGUAGES), "kk")


def _locale() -> str:
    return current_language()
