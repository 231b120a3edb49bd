"""Files that the console hands out; nothing of them is stored."""

import io
import zipfile
from collections.abc import Mapping
from urllib.parse import quote

from flask import Response

_FIRST_DAY = (1980, 1, 1, 0, 0, 0)


def download(name: str, data: bytes, kind: str) -> Response:
    """A file to be saved under ``name``."""
    ascii_name = name.encode("ascii", "replace").decode().replace("?", "_").replace('"', "_")
    response = Response(data, content_type=kind)
    response.headers["Content-Disposition"] = f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name)}"
    return response


def packed(files: Mapping[str, bytes]) -> bytes:
    """A ZIP archive of these files; the same files give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, _FIRST_DAY), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
