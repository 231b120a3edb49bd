"""Static files: read once, served from memory with a content hash in their address, compressed where it helps."""

import functools
import gzip
import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, Response, abort, request, url_for

SHARED = Path(__file__).parent / "static"
_COMPRESSIBLE = ("text/", "application/json", "image/svg")


@dataclass(frozen=True)
class Asset:
    """One static file: its bytes, the same gzipped (or None), SHA-256 (32 bytes), media type."""

    content: bytes
    compressed: bytes | None
    sha256: bytes
    media_type: str


def load_assets(*folders: Path) -> Mapping[str, Asset]:
    """All files of the folders by relative name; a later folder wins."""
    return {
        path.relative_to(folder).as_posix(): _read(path)
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def bundle_sha256(folder: Path, name: str) -> bytes:
    """SHA-256 of a served script bundle, as the manifest pins it."""
    return hashlib.sha256((folder / name).read_bytes()).digest()


def install_assets(app: Flask, assets: Mapping[str, Asset]) -> None:
    """Serve ``assets`` under /static and give templates ``asset(name)``, an address that changes with the content."""

    def asset_url(name: str) -> str:
        return url_for("asset", name=name, v=assets[name].sha256.hex()[:12])

    def serve(name: str) -> Response:
        if name not in assets:
            abort(404)
        return _response(assets[name])

    app.add_url_rule("/static/<path:name>", "asset", serve)
    app.jinja_env.globals["asset"] = asset_url


def _response(asset: Asset) -> Response:
    body, headers = asset.content, {"Vary": "Accept-Encoding"}
    if asset.compressed is not None and "gzip" in request.headers.get("Accept-Encoding", ""):
        body, headers = asset.compressed, headers | {"Content-Encoding": "gzip"}
    is_pinned = request.args.get("v") == asset.sha256.hex()[:12]
    headers["Cache-Control"] = "public, max-age=31536000, immutable" if is_pinned else "no-cache"
    return Response(body, headers=headers, mimetype=asset.media_type)


def _read(path: Path) -> Asset:
    content = path.read_bytes()
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    packed = _packed(content) if media_type.startswith(_COMPRESSIBLE) else None
    return Asset(content, packed, hashlib.sha256(content).digest(), media_type)


@functools.cache
def _packed(content: bytes) -> bytes:
    """Most files are the same for all offices, and some processes hold several."""
    return gzip.compress(content, 9, mtime=0)
