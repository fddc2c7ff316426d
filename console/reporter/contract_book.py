"""The account of one endpoint's checks: counts them, and decides which become events."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import Any, TypeAlias

from console.reporter.contract_exchange import COOKIES
from console.reporter.contracts.checking import Violation
from console.reporter.contracts.contract import Contract, write_contract
from console.reporter.reporter import Reporter

Json: TypeAlias = dict[str, Any]

MOST_A_SECOND = 20
"""Events about exchanges that hold; all violations are told."""
_ANNOUNCE_S = 60.0
_SEVERE = ("response_schema_error", "unavailable")


class Book:
    """One contract, or one endpoint that nobody declared (`contract` None).

    `contractState` counts since the process began. The contract itself stands in the first event and once a minute, so that
    a console which came late, or lost some events, learns it too.
    """

    __slots__ = (
        "_announced_s", "_checked", "_contract", "_correlation", "_document", "_head", "_left", "_left_out", "_reporter",
        "_told", "_violations", "_window_s",
    )  # fmt: skip

    def __init__(self, reporter: Reporter, contract: Contract | None, method: str, endpoint: str) -> None:
        self._reporter, self._contract = reporter, contract
        self._document: Json | None = None
        self._head: Json = {"contractId": "", "endpoint": endpoint, "method": method}
        if contract is not None:
            identifier = contract.id or _id_of(contract)
            self._document = write_contract(contract) | {"id": identifier}
            self._head = {"contractId": identifier, "endpoint": contract.endpoint, "method": method}
            self._head["contractVersion"] = contract.version
            if contract.service != reporter.service:
                self._head["service"] = contract.service
        self._checked = self._violations = self._told = self._left_out = 0
        self._window_s = self._announced_s = float("-inf")
        self._left: Json | None = None
        self._correlation: str | None = None

    def announce(self) -> None:
        """Report the contract before anything was checked."""
        self._emit({**self._head, "violations": 0, "expectedContract": self._document})

    def keep(self, exchange: Json, violations: list[Violation], now_s: float, correlation: str | None) -> bool:
        """Count one exchange and report it, or leave it out; True when it was left out."""
        self._checked += 1
        self._violations += len(violations)
        if not violations and not self._may_tell(now_s):
            self._left_out += 1
            self._left, self._correlation = exchange, correlation
            return True
        self._tell(exchange, violations, now_s, correlation)
        return False

    def tell_left_out(self, now_s: float) -> None:
        """Report the last exchange that was left out, for all of them."""
        if self._left is not None:
            self._left_out -= 1
            self._tell(self._left, [], now_s, self._correlation)

    def _may_tell(self, now_s: float) -> bool:
        if now_s - self._window_s >= 1:
            self._window_s, self._told = now_s, 0
        self._told += 1
        return self._told <= MOST_A_SECOND

    def _tell(self, exchange: Json, violations: list[Violation], now_s: float, correlation: str | None) -> None:
        data = {**self._head, "exchange": exchange, "violations": len(violations)}
        if correlation is not None:
            data["correlationId"] = correlation
        if self._left_out:
            data["sampled"] = 1 + self._left_out
            self._left_out, self._left = 0, None
        if self._document is not None and now_s - self._announced_s >= _ANNOUNCE_S:
            self._announced_s = now_s
            data["expectedContract"] = self._document
        if violations:  # `violations` of a platform's event may be a sum over all checks; the second name never is
            data["violationsFound"], data["found"] = len(violations), [one._asdict() for one in violations]
        self._emit(data, self._last_violation(exchange, violations[0]) if violations else None)

    def _emit(self, data: Json, last_violation: Json | None = None) -> None:
        state: Json = {"checked": self._checked, "violations": self._violations}
        if last_violation is not None:
            state["lastViolation"] = last_violation
        self._reporter.emit("contract_check", data, "contractState", state)

    def _last_violation(self, exchange: Json, violation: Violation) -> Json:
        """Return the first violation in the platform's shape, with the place that it is about."""
        now = datetime.now(UTC)
        told: Json = {
            "id": f"violation_{int(now.timestamp() * 1000)}_{os.urandom(4).hex()}",
            "contractId": self._head["contractId"],
            "timestamp": now.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "violationType": violation.kind,
            "direction": violation.direction,
            "path": violation.path,
            "keyword": violation.keyword,
            "expectedContract": self._document,
            "deviation": violation.message,
            "severity": "high" if violation.kind in _SEVERE else "medium",
        }
        if violation.kind == "param_mismatch":
            told["actualRequest"] = exchange[_part_of(violation.path, exchange)]
        elif violation.kind == "response_schema_error":
            told["actualResponse"] = exchange["response"]
        return told


def _part_of(path: str, exchange: Json) -> str:
    """Return which part of the exchange a violation of the request is about."""
    for root, part in (("body", "request"), ("header", "headers"), ("cookie", COOKIES)):
        if path.startswith((f"{root}.", f"{root}[")) and part in exchange:
            return part
    return "request" if path == "body" and "request" in exchange else "params"


def _id_of(contract: Contract) -> str:
    method = f"{contract.method} " if contract.method else ""
    return f"contract_{contract.service}_{contract.version}_{method}{contract.endpoint}"
