"""Where a frame's code lives: whether that is the application's own code, and its name across machines and builds."""

import re
from functools import lru_cache

_CACHED_FILES = 4096
_MAX_FILE = 2000
_KEPT_FOLDERS = 1

_LIBRARY = re.compile(
    r"(?:^|/)(?:node_modules|site-packages|dist-packages|\.yarn|\.pnpm|bower_components|\.vite/deps|webpack/(?:runtime|bootstrap))(?:/|$)"
    r"|/lib(?:64)?/(?:python|pypy)\d|^(?:node|bun|deno|ext|native|wasm|internal)[:/]|^<|^\[|^native$|^/usr/(?:lib|share)/"
    r"|\.(?:pyx|pxd|pxi|so|pyd)$"
    r"|^(?:chrome|moz|safari|safari-web|ms-browser|webkit-masked-url)(?:-extension)?:|\.zip/(?:encodings|importlib|asyncio)/"
    r"|^https?://[^/]*(?:\bcdn|unpkg|jsdelivr|googletagmanager|google-analytics|gstatic|googleapis|cloudflareinsights|sentry)[^/]*/"
    r"|(?:^|/)(?:vendors?|chunk-vendors|polyfills?|framework|react-dom|zone)(?:[-.~@][^/]*)?\.m?js(?:$|\?)"
)
_SCHEME = re.compile(
    r"^(?:webpack-internal|webpack|file|https?|app|rsc|turbopack|blob:https?|capacitor)://(?P<host>[^/]*)/*"
)
_DECORATION = re.compile(r"^(?:\.{1,2}/|\([\w-]+\)/|@fs/|@id/|_N_E/|\[project\]/|/)+")
_WINDOWS_DRIVE = re.compile(r"^[A-Za-z]:/")
_ROOT = re.compile(
    r"^/(?:app|code|usr/src/app|usr/src|var/task|var/www/[^/]+|workspaces?/[^/]+|srv/[^/]+|opt/[^/]+|root/[^/]+"
    r"|tmp/[^/]+|(?:home|Users)/[^/]+/[^/]+)/"
)
_HASHED = re.compile(r"[-.~]([0-9A-Za-z_-]{8}|[0-9a-f]{4,64}|[0-9A-Za-z_]{10,32})(?=\.|$)")
_WORDS = re.compile(r"[A-Z]?[a-z]{2,}(?:[A-Z][a-z]{2,})*|[a-z]+(?:[-_][a-z]+)+")
_EXTENSION = re.compile(r"\.(?:py[cwo]?|[cm]?[jt]sx?|vue|svelte|html?)$")
_LIBRARY_ROOT = re.compile(r"^.*/(?:node_modules|(?:site|dist)-packages|lib(?:64)?/(?:python|pypy)[\d.]+)/")
_OUTPUT = re.compile(r"^(?:.*/)?(?:src|dist|build|out|lib|assets|static/js|releases/[^/]+|current)/(?=.)")


@lru_cache(_CACHED_FILES)
def is_in_app(file: str) -> bool:
    """Tell whether a frame's file is the application's own: no library, no runtime, no browser extension, no CDN."""
    if not file:
        return False
    path = file[:_MAX_FILE].replace("\\", "/")
    if path.startswith("webpack"):
        path = "/" + path.partition("///")[2] if "///" in path else path
    return _LIBRARY.search(path) is None


@lru_cache(_CACHED_FILES)
def frame_module(file: str) -> str:
    """Return the file's name to compare by: without host, port, query, deployment root, build hash and extension.

    Only the last folder is kept, for deployment roots differ, so that `/srv/vivim/src/acu/search.ts` and
    `http://localhost:5173/src/acu/search.ts?v=3f2a` are both `acu/search`.
    """
    path = file[:_MAX_FILE].replace("\\", "/")
    if path.startswith(("<", "[", "node:", "bun:", "native")):
        return path
    scheme = _SCHEME.match(path)
    if scheme:
        path = "/" + path[scheme.end() :]
    path = path.partition("?")[0].partition("#")[0]
    path = _WINDOWS_DRIVE.sub("/", path)
    library = _LIBRARY_ROOT.match(path)
    path = path[library.end() :] if library else _OUTPUT.sub("", _ROOT.sub("", path, count=1), count=1)
    folders, _, name = _DECORATION.sub("", path).rpartition("/")
    name = _EXTENSION.sub("", _HASHED.sub(_without_hash, name))
    kept = folders.split("/")[-_KEPT_FOLDERS:] if folders else []
    return "/".join([*kept, name])


def _without_hash(match: re.Match[str]) -> str:
    """Leave words alone: `user-settings.js` has no hash, `index-4f3a9c.js` and `index-DkZ3x_9a.js` do."""
    found = match[1]
    if _WORDS.fullmatch(found) or not (any(map(str.isdigit, found)) or found != found.lower()):
        return match[0]
    return ""
