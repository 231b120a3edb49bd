"""Files that staff hand in through a form: larger requests for the views that ask for them, and nothing on disk.

Werkzeug would put a large file into a temporary one; what staff hand in names people or holds shares of a key.
"""

import io
from collections.abc import Callable
from typing import IO, TYPE_CHECKING, Any, TypeVar

from flask import Flask, Request, request

from survey_app.domain.errors import PikirError
from survey_app.web.spreadsheet import MOST_BYTES

if TYPE_CHECKING:
    from werkzeug.datastructures import FileStorage

LARGEST_FORM = MOST_BYTES + 256 * 1024
LONG_FORM = 384 * 1024
_MARK, _LONG = "takes_upload", "takes_long_form"
View = TypeVar("View", bound=Callable[..., Any])


class FileMissing(PikirError):
    """A form that needs a file came without one."""

    slug = "file-missing"


class MemoryRequest(Request):
    """A request whose files stay in memory."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        del total_content_length, content_type, filename, content_length
        return io.BytesIO()


def takes_upload(view: View) -> View:
    """Mark a view as one that takes files; put it under route decorators that keep a function's attributes."""
    setattr(view, _MARK, True)
    return view


def takes_long_form(view: View) -> View:
    """Mark a view as one whose form has a written reason for each of many bodies: 60 times 600 Cyrillic letters."""
    setattr(view, _LONG, True)
    return view


def takes_files(view: Callable[..., Any] | None) -> bool:
    """Whether a view is marked so."""
    return getattr(view, _MARK, False)


def install_uploads(app: Flask, may: Callable[[], bool]) -> None:
    """Let marked views take LARGEST_FORM or LONG_FORM bytes from whoever ``may``; all others keep the usual limit.

    To be called before anything that reads a form, such as the protection against forged requests.
    """
    app.request_class = MemoryRequest

    @app.before_request
    def widen() -> None:
        view = app.view_functions.get(request.endpoint or "")
        limit = LARGEST_FORM if takes_files(view) else LONG_FORM if getattr(view, _LONG, False) else None
        if limit is not None and may():
            request.max_content_length = limit


def uploaded(field: str) -> tuple[bytes, str]:
    """The bytes and the name of the one file in a form's field. Raises FileMissing."""
    file = request.files.get(field)
    if file is None or not file.filename:
        raise FileMissing(f"no file was chosen for {field}")
    return file.read(), file.filename


def all_uploaded(field: str) -> list[tuple[bytes, str]]:
    """The bytes and names of the files in a field that takes several. Raises FileMissing."""
    files: list[FileStorage] = [file for file in request.files.getlist(field) if file.filename]
    if not files:
        raise FileMissing(f"no file was chosen for {field}")
    return [(file.read(), str(file.filename)) for file in files]
