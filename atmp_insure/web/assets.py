"""Static files under an address that changes with their content, so that a browser keeps them for ever; icons inline.

One digest names the whole tree: a style sheet or a module that calls its neighbour keeps the same digest.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, request, url_for
from markupsafe import Markup, escape

if TYPE_CHECKING:
    from flask import Flask

STATIC_DIR = Path(__file__).resolve().parent / "static"
_COMPRESSED = {".css", ".js", ".json", ".svg"}
_TYPES = {".js": "text/javascript", ".woff2": "font/woff2"}
_FOR_EVER = "public, max-age=31536000, immutable"

blueprint = Blueprint("assets", __name__)


@cache
def tree_digest() -> str:
    """The digest of every static file and its name."""
    digest = hashlib.sha256()
    for path in sorted(path for path in STATIC_DIR.rglob("*") if path.is_file()):
        digest.update(path.relative_to(STATIC_DIR).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def asset(path: str) -> str:
    """The address of a static file, `atmp/css/atmp.css`.

    Raises:
        FileNotFoundError: there is no such file; a template names it wrongly.
    """
    if not (STATIC_DIR / path).is_file():
        raise FileNotFoundError(f"static/{path}")
    return url_for("assets.file", digest=tree_digest(), path=path)


@blueprint.get("/assets/<digest>/<path:path>")
def file(digest: str, path: str) -> Response:
    """A static file; kept for ever under the digest of today, asked again under any other."""
    place = (STATIC_DIR / path).resolve()
    if not place.is_relative_to(STATIC_DIR) or not place.is_file():
        abort(404)
    content, compressed = _content(place, request.accept_encodings.quality("gzip") > 0)
    answer = Response(content, content_type=_content_type(place))
    answer.headers["Cache-Control"] = _FOR_EVER if digest == tree_digest() else "no-cache"
    answer.headers["Vary"] = "Accept-Encoding"
    if compressed:
        answer.headers["Content-Encoding"] = "gzip"
    return answer


@cache
def _content(place: Path, gzip_accepted: bool) -> tuple[bytes, bool]:
    content = place.read_bytes()
    if gzip_accepted and place.suffix in _COMPRESSED and len(content) > 1_000:
        return gzip.compress(content, mtime=0), True
    return content, False


def _content_type(place: Path) -> str:
    kind = _TYPES.get(place.suffix) or mimetypes.guess_type(place.name)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if place.suffix in _COMPRESSED else kind


def icon(name: str, label: str = "") -> Markup:
    """A vendored icon as inline SVG; hidden from screen readers unless it has a label of its own."""
    return _icon(name, str(escape(label)))


@lru_cache(maxsize=1_000)
def _icon(name: str, escaped_label: str) -> Markup:
    shape = _icon_shape(name)
    spoken = f'role="img" aria-label="{escaped_label}"' if escaped_label else 'aria-hidden="true"'
    return Markup(  # noqa: S704 - vendored shapes, escaped label
        f'<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" '
        f'stroke-linecap="round" stroke-linejoin="round" focusable="false" {spoken}>{shape}</svg>'
    )


@cache
def _icon_shape(name: str) -> str:
    text = (STATIC_DIR / "vendor" / "icons" / f"{name}.svg").read_text("utf-8")
    lines = text.partition(">\n")[2].removesuffix("</svg>").splitlines()
    return "".join(line.strip() for line in lines if 'stroke="none"' not in line)


def install(app: Flask) -> None:
    """Serve the static files and give templates `asset` and `icon`."""
    app.register_blueprint(blueprint)
    app.add_template_global(asset)
    app.add_template_global(icon)
