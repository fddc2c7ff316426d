"""What accepting findings would make of a contract."""

import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

from console.areas.contracts.core.drift.finding import UNSEEN_ENDPOINT, Finding
from console.areas.contracts.core.drift.proposing import propose
from console.areas.contracts.store.drift_rows import load_states
from console.areas.contracts.store.finding_rows import load_findings
from console.areas.contracts.store.values import unpack
from console.reporter.contracts.contract import Contract, read_contract


class Proposal(NamedTuple):
    """The contract as it would be, and the version that it follows, "" where there was none."""

    contract: Contract
    before: str


def load_proposal(connection: sqlite3.Connection, endpoint_id: int, finding_ids: Sequence[int]) -> Proposal:
    """Widen the contract by findings, all open ones where none is named; infer one where none is there.

    Raises LookupError for an endpoint that is not there, ValueError where there is nothing to go by.
    """
    row = connection.execute(
        """SELECT e.service, e.method, e.endpoint, v.version, v.document FROM contracts_endpoint e
           LEFT JOIN contracts_version v ON v.id = e.current_id WHERE e.id = ?""",
        (endpoint_id,),
    ).fetchone()
    if row is None:
        raise LookupError(f"there is no endpoint {endpoint_id}")
    service, method, endpoint, version, text = row
    states = load_states(connection, endpoint_id, version or "")
    if text is None:
        if not states:
            raise ValueError("no exchange of this endpoint was observed that a contract could be made from")
        return Proposal(propose(None, states, service=service, method=method, endpoint=endpoint), "")
    findings: dict[tuple[str, str], list[Finding]] = {}
    for direction, status, one in load_findings(connection, endpoint_id, version, finding_ids):
        if one.kind != UNSEEN_ENDPOINT:
            findings.setdefault((direction, status), []).append(one)
    if finding_ids and not findings:
        raise ValueError("these findings tell of nothing that a contract could promise: mute them, or remove the contract")
    return Proposal(propose(read_contract(unpack(text)), states, findings), version)
