"""Any JSON value, often under the keys that sync events use."""

from typing import Any

from hypothesis import strategies as st

_KEYS = st.sampled_from(
    ("issue", "sync", "data", "details", "entityId", "entityType", "issueType", "localState", "conflictingFields", "message",
     "category", "divergence", "context", "syncState", "pendingOperations", "lastSyncTimestamp", "replica", "operation")
)  # fmt: skip
_LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
    | st.sampled_from(("Sync issue: conflict - a:b", "SYNC_CONFLICT", "resolved", "\ud800", 2**80, -1))
)  # fmt: skip


def json_values() -> st.SearchStrategy[Any]:
    return st.recursive(
        _LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS | st.text(max_size=5), inner, max_size=5)
    )
