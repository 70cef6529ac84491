"""The web address of one installation: the static site at `/`, the staff screens at `/backoffice/`.

Belongs here: which application answers which path. Not here: the screens, building the site. Production may serve
the site by any web server instead; then only the staff application is used behind the same prefix.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from wsgiref.headers import Headers
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from werkzeug.middleware.dispatcher import DispatcherMiddleware
from whitenoise import WhiteNoise
from whitenoise.responders import MissingFileError, StaticFile

from backoffice import create_app
from backoffice.start_check import refuse_unsafe_database
from config import Settings, load_settings

STAFF_PREFIX = "/backoffice"
# New objects, less those that are gone, before the youngest are looked through.
_COLLECT_AFTER = 20_000
SERVICE_PREFIX = "/dich-vu"
_SITE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'self'; base-uri 'none'",
}
# The few pages of the address itself: Vietnamese, then English, in the look of the staff screens.
_STYLES = "".join(
    f'<link rel="stylesheet" href="{STAFF_PREFIX}/{name}">'
    for name in ("shared/stylesheets/fonts.css", "shared/stylesheets/tokens.css", "static/staff.css")
)
_PAGE = (
    """<!doctype html>
<html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} – OpenTHADS</title>"""
    + _STYLES
    + """</head>
<body><main><section class="card error"><h1>{title}</h1><p>{text}</p><p class="muted" lang="en">{english}</p>
</section></main></body></html>
"""
)


def create_web(settings: Settings | None = None) -> WSGIApplication:
    """One application for a web server: site, staff screens, the citizens' pages, health.

    Raises SettingError when a setting cannot be used, UnsafeSettingError when a setting or the role in the database is
    unsafe for real data.
    """
    settings = settings or load_settings()
    staff, citizens = create_app("staff", settings), create_app("public", settings)
    refuse_unsafe_database(staff)
    _spare_what_stays()
    return DispatcherMiddleware(
        site_application(settings.site_dir),
        {STAFF_PREFIX: staff.wsgi_app, SERVICE_PREFIX: citizens.wsgi_app, "/healthz": _healthy},
    )


def create_counter(settings: Settings | None = None) -> WSGIApplication:
    """The citizens' pages alone, for processes of their own, behind the same prefix. Raises as `create_web`."""
    citizens = create_app("public", settings or load_settings())
    refuse_unsafe_database(citizens)
    _spare_what_stays()
    return DispatcherMiddleware(_nothing_here, {SERVICE_PREFIX: citizens.wsgi_app, "/healthz": _healthy})


def _spare_what_stays() -> None:
    """Let the collector of cycles pass over what lives as long as the process, instead of walking all of it again.

    A page makes thousands of small objects; with the usual limits it would be stopped dozens of times.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_COLLECT_AFTER, 20, 20)


def site_application(folder: Path) -> WSGIApplication:
    """The static site of the folder. A version that is swapped in is served at once, without a restart.

    Compressed look-up shards go out as they are, without Content-Encoding: the page unpacks them itself.
    """
    return _SiteFiles(
        _missing(folder),
        root=str(folder),
        # Files are looked up on each request, because a rebuild swaps the whole folder.
        autorefresh=True,
        index_file=True,
        max_age=60,
        charset="utf-8",
        mimetypes={
            ".csv": "text/csv",
            ".gz": "application/gzip",
            ".parquet": "application/vnd.apache.parquet",
        },
    )


class _SiteFiles(WhiteNoise):  # type: ignore[misc]
    """Static files, each served under its own name alone: no compressed twin is ever sent in place of another."""

    def find_file(self, url: str) -> Any:
        """The file of an address, or None; also for a name that no file can have (NUL, over 255 bytes)."""
        try:
            return None if "\0" in url else super().find_file(url)
        except (OSError, ValueError):
            return None

    @staticmethod
    def is_compressed_variant(path: str, stat_cache: Any = None) -> bool:  # noqa: ARG004
        """No file is a twin of another."""
        return False

    def get_static_file(self, path: str, url: str, stat_cache: Any = None) -> StaticFile:
        """The file as it is. Raises MissingFileError, and IsDirectoryError for a folder."""
        if not Path(path).exists():
            raise MissingFileError(path)
        headers = Headers([])
        kind = self.media_types.get_type(path)
        headers["Content-Type"] = f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
        self.add_cache_headers(headers, path, url)
        for name, value in _SITE_HEADERS.items():
            headers[name] = value
        return StaticFile(path, headers.items(), stat_cache=stat_cache)


def _missing(folder: Path) -> WSGIApplication:
    """What answers where the site has no file: its own page for that, or a word that no site is built yet."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            return _respond(environ, start_response, "405 Method Not Allowed", _METHOD)
        if not (folder / "index.html").is_file():
            return _respond(environ, start_response, "503 Service Unavailable", _NOT_BUILT)
        path = environ.get("PATH_INFO", "")
        pages = [folder / "en" / "404.html"] if path.startswith("/en/") else []
        page = next((item for item in [*pages, folder / "404.html"] if item.is_file()), None)
        body = page.read_text(encoding="utf-8") if page else _NOT_FOUND
        return _respond(environ, start_response, "404 Not Found", body)

    return answer


def _nothing_here(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    return _respond(environ, start_response, "404 Not Found", _NOT_FOUND)


def _healthy(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
        return _respond(environ, start_response, "405 Method Not Allowed", _METHOD)
    if environ.get("PATH_INFO", ""):
        return _respond(environ, start_response, "404 Not Found", _NOT_FOUND)
    return _respond(environ, start_response, "200 OK", "ok\n", "text/plain; charset=utf-8")


def _respond(
    environ: WSGIEnvironment,
    start_response: Callable[..., Any],
    status: str,
    text: str,
    kind: str = "text/html; charset=utf-8",
) -> Iterable[bytes]:
    body = text.encode()
    headers = [("Content-Type", kind), ("Content-Length", str(len(body))), ("Cache-Control", "no-store")]
    headers += list(_SITE_HEADERS.items())
    if status.startswith("503"):
        headers.append(("Retry-After", "30"))
    start_response(status, headers)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


_NOT_BUILT = _PAGE.format(
    title="Trang thông tin chưa được tạo",
    text="Chưa có dữ liệu được công bố nên trang công khai chưa được tạo. Trang sẽ xuất hiện tại đây ngay sau "
    f'lần công bố dữ liệu đầu tiên. Cán bộ có thể <a href="{STAFF_PREFIX}/">đăng nhập hệ thống nghiệp vụ</a>.',
    english="Nothing has been published yet. The public site appears here after the first publication of data. "
    f'Staff can <a href="{STAFF_PREFIX}/">sign in</a>.',
)
_NOT_FOUND = _PAGE.format(
    title="Không tìm thấy trang",
    text='Địa chỉ này không có hoặc trang đã được gỡ bỏ. <a href="/">Về trang đầu</a>.',
    english='There is no such page, or it has been removed. <a href="/">To the first page</a>.',
)
_METHOD = _PAGE.format(
    title="Không thực hiện được",
    text="Địa chỉ này chỉ dùng để xem, không nhận thông tin gửi lên.",
    english="This address is for reading only; it takes nothing that is sent.",
)
