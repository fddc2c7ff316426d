"""YAML that readers of 1.1 and of 1.2 understand alike."""

from __future__ import annotations

import re
from typing import Any

import yaml

from console.areas.contracts.core.source_yaml import FLOAT, INTEGER, OCTAL_OR_HEX

_WIDTH = 120


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    """Knows the numbers of YAML 1.2 too, so that texts which look like them are quoted; writes no anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


_NUMBERS = re.compile(f"^(?:{INTEGER.pattern}|{OCTAL_OR_HEX.pattern}|{FLOAT.pattern})$")
_Dumper.add_implicit_resolver("tag:vivim,2026:number", _NUMBERS, list("+-.0123456789"))


def dump(value: Any) -> str:
    """Return a JSON value in block style, keys in their order."""
    text = yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, default_flow_style=False, width=_WIDTH)
    return str(text)
