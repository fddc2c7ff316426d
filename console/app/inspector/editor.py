"""Opening a stack frame's line in an editor: command templates and path mapping. Pure but for `launch`."""

import shlex
from collections.abc import Sequence
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from PySide6.QtCore import QProcess

COMMAND_SETTING, PATHS_SETTING = "editor.command", "editor.paths"
VS_CODE, PYCHARM = "code -g {file}:{line}:{column}", "pycharm --line {line} {file}"
EDITORS = (("VS Code", VS_CODE), ("PyCharm", PYCHARM))
SUFFIXES = frozenset(
    (
        *("py", "pyi", "pyx", "js", "jsx", "mjs", "cjs", "ts", "tsx", "mts", "cts", "vue", "svelte", "astro", "html", "css"),
        *("scss", "sql", "go", "rs", "java", "kt", "swift", "c", "h", "cc", "cpp", "rb", "php", "sh"),
    )
)
"""Files of source code. A stack is text from outside: it may name any file, and only these are opened."""
_SPECIAL = ("/proc", "/sys", "/dev", "/run", "/net")
_FIELDS = ("{file}", "{line}", "{column}")


class Mapping(NamedTuple):
    """Where a folder of another machine or container lies here: `/srv/vivim/server` → `/home/me/vivim/server`."""

    remote: str
    local: str


def mappings_from(setting: Any) -> tuple[Mapping, ...]:
    """Return the remembered mappings; what is no pair of texts is left out."""
    rows = setting if isinstance(setting, list) else []
    return tuple(
        Mapping(*row)
        for row in rows
        if isinstance(row, list) and len(row) == 2 and all(isinstance(part, str) and part for part in row)
    )


def local_path(file: str, mappings: Sequence[Mapping]) -> str | None:
    """Return where a frame's file may lie on this machine, or None when nothing says so.

    The longest mapped prefix decides; without one an absolute path stands for itself. Only source files, no paths
    that climb, no network shares (a name must not make this machine log in anywhere), nothing of the system's own folders.
    """
    plain = _without_scheme(file)
    for mapping in sorted(mappings, key=lambda one: -len(one.remote)):
        for spelled in (file, plain):
            rest = _below(mapping.remote, spelled)
            if rest is not None:
                parts = [part for part in rest.split("?")[0].replace("\\", "/").split("/") if part not in ("", ".")]
                return _acceptable("/".join([mapping.local.replace("\\", "/").rstrip("/"), *parts]))
    if file.startswith(("http:", "https:", "webpack", "blob:")):
        return None
    return _acceptable(plain)


def _without_scheme(file: str) -> str:
    """Return the path of `file:`, `http:` and `webpack:` addresses; anything else as it is."""
    if "://" not in file:
        return file
    try:
        parts = urlsplit(file)
    except ValueError:
        return file
    path = unquote(parts.path)
    return path[1:] if path[2:3] == ":" else path  # file:///C:/x


def _below(remote: str, file: str) -> str | None:
    remote = remote.rstrip("/\\")
    if file.startswith(remote) and file[len(remote) : len(remote) + 1] in ("/", "\\"):
        return file[len(remote) + 1 :]
    return None


def _acceptable(path: str) -> str | None:
    windows = path[1:3] in (":/", ":\\")
    pure = PureWindowsPath(path) if windows else PurePosixPath(path)
    if "\0" in path or ".." in pure.parts or path.startswith(("//", "\\\\")) or not pure.is_absolute():
        return None
    if any(path == folder or path.startswith(f"{folder}/") for folder in _SPECIAL):
        return None
    return path if pure.suffix[1:].lower() in SUFFIXES else None


def template_problem(template: str) -> str:
    """Return what is wrong with an editor's command in words, or ''."""
    try:
        words = shlex.split(template)
    except ValueError as error:
        return f"The command cannot be read: {error}."
    if not words:
        return "Write the command that opens your editor."
    if not any("{file}" in word for word in words[1:]):
        return "The command must hold {file}; {line} and {column} are optional."
    return ""


def command_line(template: str, file: str, line: int | None, column: int | None) -> tuple[str, list[str]]:
    """Return (program, arguments) for a template. Raises ValueError with words for a template that cannot be used.

    The template is split first and filled in afterwards: a file name cannot become a second argument or an option.
    """
    problem = template_problem(template)
    if problem:
        raise ValueError(problem)
    values = dict(zip(_FIELDS, (file, str(line or 1), str(column or 1)), strict=True))
    program, *arguments = shlex.split(template)
    return program, [_filled(argument, values) for argument in arguments]


def _filled(argument: str, values: dict[str, str]) -> str:
    # The file last: a folder may be named "{line}".
    for name in reversed(_FIELDS):
        argument = argument.replace(name, values[name])
    return argument


def launch(program: str, arguments: list[str]) -> bool:
    """Start a program that outlives this one, without a shell; tells whether it started."""
    started, _pid = QProcess.startDetached(program, arguments)
    return bool(started)
