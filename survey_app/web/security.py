"""Headers of every response, and logging without a trace of who asked for what."""

import logging
import traceback
from typing import Any

from flask import Flask, Response

_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data: blob:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
_HEADERS = {
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=(), browsing-topics=()",
}


def install_headers(app: Flask, *, form_action: str) -> None:
    """Set the security headers on every response. ``form_action`` is 'none' on the respondents' pages."""
    usual = content_policy(form_action)

    @app.after_request
    def set_headers(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", usual)
        for name, value in _HEADERS.items():
            response.headers[name] = value
        response.headers.setdefault("Cache-Control", "no-store")
        return response


def content_policy(form_action: str) -> str:
    """The Content-Security-Policy of our pages; only ``form-action`` differs."""
    return "; ".join(f"{name} {value}" for name, value in {**_POLICY, "form-action": f"'{form_action}'"}.items())


class AnonymousFlask(Flask):
    """An application that never logs an address, an agent, a time or a path: only what broke, and where in the code."""

    def log_exception(self, exc_info: Any) -> None:
        """Log the kind of the error and the code lines that it passed; no message (it may quote input)."""
        kind, _, trace = exc_info
        lines = "".join(traceback.format_tb(trace))
        self.logger.error("unexpected %s\n%s", getattr(kind, "__name__", kind), lines)


def log_without_time(app: Flask) -> None:
    """Give the application's log a handler that writes no time."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
    app.logger.handlers = [handler]
    app.logger.propagate = False
