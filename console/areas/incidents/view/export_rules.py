"""The redaction profile of one export: what ships, the person's own, and what was masked or allowed for this one."""

import json
from typing import NamedTuple

from console.areas.incidents.core.redaction import Profile, default_profile, read_profile

SETTING = "incidents.profile"
"""The person's own profile, as TOML."""
PROFILE_CHARS = 200_000


class ExportRules(NamedTuple):
    """Paths that are masked or left open for this export only, besides `own`, the person's own profile as TOML."""

    own: str = ""
    mask: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()

    @property
    def is_changed(self) -> bool:
        return bool(self.mask or self.allow)

    def masking(self, path: str) -> "ExportRules":
        """Return the rules with a path masked that was not; what was allowed there is so no more."""
        allow = tuple(one for one in self.allow if one != path)
        return self._replace(mask=(*(one for one in self.mask if one != path), path), allow=allow)

    def allowing(self, path: str) -> "ExportRules":
        """Return the rules with a path left open."""
        mask = tuple(one for one in self.mask if one != path)
        return self._replace(mask=mask, allow=(*(one for one in self.allow if one != path), path))

    def texts(self) -> list[str]:
        """Return the profiles in TOML that add to the shipped one, in order."""
        paths = f"[paths]\nmask = {json.dumps(self.mask)}\nallow = {json.dumps(self.allow)}\n" if self.is_changed else ""
        return [text for text in (self.own, paths) if text.strip()]

    def profile(self) -> Profile:
        """Return all rules together. Raises ProfileError."""
        return profile_of(self.texts())

    def words(self) -> str:
        """Say what was changed for this export."""
        parts = [f"masked too: {', '.join(self.mask)}"] if self.mask else []
        parts += [f"left open: {', '.join(self.allow)}"] if self.allow else []
        return "For this export " + "; ".join(parts) if parts else ""


def profile_of(texts: list[str]) -> Profile:
    """Return the shipped profile with others added. Raises ProfileError."""
    profile = default_profile()
    for text in texts:
        profile = read_profile(text, profile)
    return profile
