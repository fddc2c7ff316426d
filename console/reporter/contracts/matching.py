"""Contracts by service and endpoint: which one an exchange has to keep to."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from console.reporter.contracts.contract import Contract
from console.reporter.contracts.templates import Templates, template_key
from console.reporter.contracts.versions import is_major_bump, version_key

__all__ = ["Registry", "is_major_bump", "template_key", "version_key"]

_CACHED = 8_192
_LONGEST_PATH = 2_048
"""Characters; nothing longer is matched, as hardly a server takes it."""
_MOST_SEGMENTS = 100

ByMethod = dict[str, list[Contract]]
"""Contracts of one template by method, the newest version first."""


class Registry:
    """Contracts in all their versions. Finding is safe from several threads; changes come from one."""

    def __init__(self, contracts: Iterable[Contract] = ()) -> None:
        self._held: dict[tuple[str, str], ByMethod] = {}
        self._templates: dict[str, Templates[ByMethod]] = {}
        self._found: dict[tuple[str, str, str], Contract | None] = {}
        for one in contracts:
            self.add(one)

    def __len__(self) -> int:
        return sum(len(versions) for by_method in self._held.values() for versions in by_method.values())

    def add(self, contract: Contract) -> None:
        """Add the contract; it takes the place of one with the same service, method, endpoint and version."""
        key = template_key(contract.endpoint)
        by_method = self._held.setdefault((contract.service, key), {})
        others = [one for one in by_method.get(contract.method, []) if one.version != contract.version]
        by_method[contract.method] = sorted([*others, contract], key=lambda one: version_key(one.version), reverse=True)
        self._templates.setdefault(contract.service, Templates()).put(key, by_method)
        self._found = {}

    def remove(self, service: str, method: str, endpoint: str, version: str) -> None:
        """Take this version away; LookupError when it is not there."""
        key = template_key(endpoint)
        by_method = self._held.get((service, key), {})
        kept = [one for one in by_method.get(method, []) if one.version != version]
        if len(kept) == len(by_method.get(method, [])):
            raise LookupError(f"no contract {method} {endpoint} {version} of {service}")
        if kept:
            by_method[method] = kept
        else:
            del by_method[method]
        if not by_method:
            del self._held[service, key]
            self._templates[service].put(key, None)
        self._found = {}

    def versions(self, service: str, method: str, endpoint: str) -> list[Contract]:
        """Return the contracts of exactly this endpoint and method, the newest version first."""
        return list(self._held.get((service, template_key(endpoint)), {}).get(method, ()))

    def contracts(self) -> list[Contract]:
        """Return all, as they were added by endpoint."""
        return [one for by_method in self._held.values() for versions in by_method.values() for one in versions]

    def match(self, service: str, method: str, path: str) -> Contract | None:
        """Return the newest version of the best template that fits, None when nothing was promised.

        A template fits with a contract for this method, or for any; "" asks for any. When this service promised nothing, the
        only other one that did counts: reports are often told under the name of the one who asked.
        """
        key = (service, method, path)
        found = self._found
        try:
            return found[key]
        except KeyError:
            pass
        if len(path) > _LONGEST_PATH or path.count("/") > _MOST_SEGMENTS:
            return None
        if len(found) >= _CACHED:
            found = self._found = {}
        contract = found[key] = self._search(service, method, path)
        return contract

    def _search(self, service: str, method: str, path: str) -> Contract | None:
        own = self._search_in(service, method, path)
        if own is not None:
            return own
        others = [
            found for name in list(self._templates) if name != service and (found := self._search_in(name, method, path))
        ]
        return others[0] if len(others) == 1 else None

    def _search_in(self, service: str, method: str, path: str) -> Contract | None:
        templates = self._templates.get(service)
        return templates.first(path, partial(_newest, method)) if templates else None


def _newest(method: str, by_method: ByMethod) -> Contract | None:
    versions = by_method.get(method) or by_method.get("") or (None if method else next(iter(by_method.values())))
    return versions[0] if versions else None
