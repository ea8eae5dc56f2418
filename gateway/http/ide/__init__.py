"""GraphiQL for people with a browser, every byte of it served by the gateway itself.

`make ide` (npm ci and npm run build, in this folder) writes `static/`: not in git, in the wheel
when it was built before. To mount it:

    routes = [Route("/graphql", graphql), *ide.asset_routes()]

and answer `ide.page()` to a GET of /graphql that asks for `text/html` and carries no `query`. When
`[graphql] ide` is false, do neither.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

ASSET_PATH: Final = "/graphiql"
"""Where the assets are served; `base` in vite.config.js is the same path with a slash at its end."""

HEADERS: Final = {
    # Nothing may be fetched from another host, not even by the workers or by an image in an answer.
    # Monaco writes style attributes, hence 'unsafe-inline' there and only there.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'; font-src 'self'; "
        "img-src 'self' data:; style-src 'self' 'unsafe-inline'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

_STATIC = Path(__file__).parent / "static"

_NOT_BUILT = """\
<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>CI/CD gateway: GraphiQL is not installed</title>
    <style>body { font: 16px/1.5 system-ui, sans-serif; max-width: 40rem; margin: 4rem auto; padding: 0 1rem }</style>
  </head>
  <body>
    <h1>GraphiQL is not installed here</h1>
    <p>The gateway is up and answers queries at <code>/graphql</code>; only this page is missing.</p>
    <p>To get it, install Node.js 20.19 or newer with npm, run <code>make ide</code> in the gateway's
    source folder and load this page again.</p>
  </body>
</html>
"""


def static_directory() -> Path | None:
    """The built assets, None when they were never built."""
    return _STATIC if (_STATIC / "index.html").is_file() else None


def index_html() -> str:
    """GraphiQL's page, or a plain one that says how to get it."""
    directory = static_directory()
    return _NOT_BUILT if directory is None else (directory / "index.html").read_text(encoding="utf-8")


def page() -> HTMLResponse:
    """The answer to a browser at /graphql. 503 when GraphiQL is not built."""
    headers = {**HEADERS, "Cache-Control": "no-cache", "Vary": "Accept"}
    return HTMLResponse(index_html(), status_code=503 if static_directory() is None else 200, headers=headers)


def asset_routes() -> list[BaseRoute]:
    """Scripts, styles, font and workers under /graphiql; 404 for each while they are not built."""
    return [Mount(ASSET_PATH, _Assets(directory=_STATIC, html=True, check_dir=False), name="ide")]


class _Assets(StaticFiles):
    """A name below assets/ holds a digest of its content, so a browser may keep the file for good."""

    async def check_config(self) -> None:
        """No complaint about an absent folder: it may be built while the gateway runs."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        kept = path.startswith("assets/") and response.status_code < 400
        response.headers.update(HEADERS)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if kept else "no-cache"
        return response
