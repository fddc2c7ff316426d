# Shared by packaging/run and packaging/test: the virtual environment in the project's root, and the system packages.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
venv="$root/.venv"
python="$venv/bin/python"

say() { printf '%s\n' "$*" >&2; }

# Name the system packages that are missing for "$@" (library file or command → Debian package), install them as root.
need_system() {
    [ "$(uname -s)" = Linux ] || return 0
    local missing=() entry file package
    for entry in "$@"; do
        file=${entry%%=*} package=${entry#*=}
        case $file in
            lib*) /sbin/ldconfig -p 2>/dev/null | grep -q "$file" || missing+=("$package") ;;
            /*) [ -e "$file" ] || missing+=("$package") ;;
            *) command -v "$file" >/dev/null 2>&1 || missing+=("$package") ;;
        esac
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        say "Installing system packages: ${missing[*]}"
        apt-get update -qq >/dev/null 2>&1 || true
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null || {
            say "apt-get could not install: ${missing[*]}"
            return 1
        }
    else
        say "Missing system packages: ${missing[*]}"
        say "Install them with: sudo apt-get install ${missing[*]}"
        return 1
    fi
}

offscreen_packages=(libGL.so.1=libgl1 libEGL.so.1=libegl1 libxkbcommon.so.0=libxkbcommon0 libdbus-1.so.3=libdbus-1-3
    libfontconfig.so.1=libfontconfig1 libglib-2.0.so.0=libglib2.0-0 /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf=fonts-dejavu-core)
window_packages=(libxcb-cursor.so.0=libxcb-cursor0 libxkbcommon-x11.so.0=libxkbcommon-x11-0 libxcb-icccm.so.4=libxcb-icccm4
    libxcb-keysyms.so.1=libxcb-keysyms1 libxcb-shape.so.0=libxcb-shape0)

# Print the Pythons that will do, best first. The system's own comes first: distributions build it with profile-guided
# optimisation, which pyenv and the like usually do not; that is worth a factor of two in events per second.
suitable_pythons() {
    local candidate
    for candidate in /usr/bin/python3 python3.13 python3.12 python3.11 python3; do
        if command -v "$candidate" >/dev/null 2>&1 &&
            "$candidate" -c 'import sys; sys.exit(not ((3, 11) <= sys.version_info < (3, 14)))' 2>/dev/null; then
            printf '%s\n' "$candidate"
        fi
    done
}

make_venv() {
    local candidate found
    found=$(suitable_pythons)
    if [ -z "$found" ]; then
        say "Python 3.11, 3.12 or 3.13 is needed and was not found (Debian: apt-get install python3 python3-venv; macOS: brew install python@3.12)"
        return 1
    fi
    for candidate in $found; do
        if ! "$candidate" -c 'import venv, ensurepip' 2>/dev/null; then
            [ "$(id -u)" = 0 ] && need_system "/nonexistent=python3-venv" || continue
        fi
        say "Making a virtual environment in .venv with $("$candidate" --version) ($candidate)"
        "$candidate" -m venv "$venv" && return 0
        rm -rf "$venv"
    done
    say "No Python here can make virtual environments (Debian, Ubuntu: sudo apt-get install python3-venv)"
    return 1
}

# need_environment EXTRAS: make .venv and install the project with these extras, once for each state of pyproject.toml.
need_environment() {
    local extras=$1 stamp wanted
    stamp="$venv/.installed-$extras"
    wanted=$(cksum <"$root/pyproject.toml")
    if [ -x "$python" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then
        return 0
    fi
    [ -x "$python" ] || make_venv || return 1
    if ! "$python" -m pip --version >/dev/null 2>&1; then
        "$python" -m ensurepip -q || { say "This .venv has no pip; remove .venv and start again"; return 1; }
    fi
    say "Installing Python packages ($extras); later starts skip this"
    "$python" -m pip install -q --disable-pip-version-check -e "$root[$extras]" || {
        say "pip could not install the packages; see its words above"
        return 1
    }
    printf '%s' "$wanted" >"$stamp"
}
