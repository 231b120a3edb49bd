"""Pages and JSON go out compressed where the browser takes it, but not a page that holds a secret (``keep_whole``)."""

import gzip

from flask import Flask, Response, g, request

LEAST_BYTES = 512
_WHOLE = "pikir-whole"
_COMPRESSIBLE = ("text/html", "application/json", "application/problem+json", "application/jose")


def install_compression(app: Flask) -> None:
    """Compress whole text responses; static files bring their own compressed copies."""

    @app.after_request
    def compress(response: Response) -> Response:
        if g.get(_WHOLE):
            return response
        response.vary.add("Accept-Encoding")
        if (
            response.mimetype in _COMPRESSIBLE
            and "Content-Encoding" not in response.headers
            and not response.direct_passthrough
            and "gzip" in request.headers.get("Accept-Encoding", "")
            and len(body := response.get_data()) >= LEAST_BYTES
        ):
            response.set_data(gzip.compress(body, 5, mtime=0))
            response.headers["Content-Encoding"] = "gzip"
        return response


def keep_whole() -> None:
    """Do not compress the response to this request: its length would tell about the secrets on the page."""
    setattr(g, _WHOLE, True)
