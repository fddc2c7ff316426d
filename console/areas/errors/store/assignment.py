"""Which group an event is in: from its home along merges and splits. Groups are remembered, as each event needs one."""

import hashlib
import json
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from console.areas.errors.core.grouping import Grouping
from console.areas.errors.store.answers import SplitRule
from console.areas.errors.store.identify import MAX_PARTS_TEXT, TOO_MANY, too_many
from console.areas.errors.store.splitting import like, read_rules
from console.areas.errors.store.traits import FACETS, storable

MAX_GROUPS = 20_000
MAX_BRANCHES = 50
"""Values beyond these stay in the group that is split."""
MAX_REMEMBERED = 30_000

_COLUMNS = "id, fingerprint, status, changed_ms, merged_into, split"


@dataclass(slots=True)
class Group:
    """What the way of an event needs to know of a group."""

    id: int
    fingerprint: str
    status: str
    changed_ms: int
    merged_into: int | None
    splits: tuple[SplitRule, ...]

    @property
    def is_end(self) -> bool:
        return self.merged_into is None and not self.splits


class Groups:
    """Groups by fingerprint and id. `forget` when what is in memory may not be what is stored."""

    def __init__(self) -> None:
        self._by_fingerprint: dict[str, Group] = {}
        self._by_id: dict[int, Group] = {}
        self._branches: dict[tuple[int, str], Group | None] = {}
        self._count: int | None = None

    def forget(self) -> None:
        self._by_fingerprint.clear()
        self._by_id.clear()
        self._branches.clear()
        self._count = None

    def of_fingerprint(self, connection: sqlite3.Connection, fingerprint: str) -> Group | None:
        """Return the home group of a fingerprint, None when there is none yet."""
        return self._by_fingerprint.get(fingerprint) or self._load(connection, "fingerprint = ?", fingerprint)

    def of_id(self, connection: sqlite3.Connection, group_id: int) -> Group:
        """Return a group that exists; KeyError would be a fault in the tables."""
        found = self._by_id.get(group_id) or self._load(connection, "id = ?", group_id)
        if found is None:
            raise KeyError(group_id)
        return found

    def make(self, connection: sqlite3.Connection, fingerprint: str, grouping: Grouping, category: str) -> Group:
        """Make the home of a new fingerprint; beyond MAX_GROUPS all of them share one."""
        if self._count is None:
            self._count = int(connection.execute("SELECT count(*) FROM errors_group").fetchone()[0])
        if self._count >= MAX_GROUPS:
            shared = self.of_fingerprint(connection, TOO_MANY)
            if shared is not None:
                return shared
            fingerprint, grouping, category = TOO_MANY, too_many(MAX_GROUPS), ""
        self._count += 1
        row = (fingerprint, *group_texts(grouping), storable(category), parts_text(grouping))
        made = connection.execute(
            "INSERT INTO errors_group (fingerprint, title, culprit, rule, category, parts) VALUES (?,?,?,?,?,?)", row
        )
        return self._remember(Group(int(made.lastrowid or 0), fingerprint, "pending", 0, None, ()))

    def end_of(
        self, connection: sqlite3.Connection, home: Group, value_ids: Sequence[int], message: Callable[[], str]
    ) -> Group:
        """Follow merges and splits from an event's home to the group that it is shown in.

        A group's own splits come first: what was split off stays so when the rest is merged into another group. A way may
        lead back into a group that was passed (of a child merged into its parent): it ends there.
        """
        group, passed = home, {home.id}
        while not group.is_end:
            following = self._child_for(connection, group, value_ids, message)
            if following is None and group.merged_into is not None:
                following = self.of_id(connection, group.merged_into)
            if following is None:
                break
            group = following
            if group.id in passed:
                break
            passed.add(group.id)
        return group

    def _child_for(
        self, connection: sqlite3.Connection, group: Group, value_ids: Sequence[int], message: Callable[[], str]
    ) -> Group | None:
        """Return the child that the first fitting split rule names, None when none fits."""
        for rule in group.splits:
            if rule.message:
                if like(rule.message, message()):
                    return self._branch(connection, group, f"message={rule.message}")
                continue
            value_id = value_ids[FACETS.index(rule.facet)]
            if not value_id:
                continue
            (text,) = connection.execute("SELECT text FROM errors_value WHERE id = ?", (value_id,)).fetchone()
            if rule.value in ("", text):
                return self._branch(connection, group, f"{rule.facet}={text}")
        return None

    def _branch(self, connection: sqlite3.Connection, parent: Group, branch: str) -> Group | None:
        key = (parent.id, branch)
        if key not in self._branches:
            found = connection.execute("SELECT id FROM errors_group WHERE parent_id = ? AND branch = ?", key).fetchone()
            child_id = found[0] if found else _make_child(connection, parent, branch)
            self._branches[key] = None if child_id is None else self.of_id(connection, child_id)
        return self._branches[key]

    def _load(self, connection: sqlite3.Connection, where: str, value: object) -> Group | None:
        row = connection.execute(f"SELECT {_COLUMNS} FROM errors_group WHERE {where}", (value,)).fetchone()
        if row is None:
            return None
        group_id, fingerprint, status, changed_ms, merged_into, splits = row
        return self._remember(Group(group_id, fingerprint, status, changed_ms, merged_into, read_rules(splits)))

    def _remember(self, group: Group) -> Group:
        if len(self._by_id) >= MAX_REMEMBERED:
            self.forget()
        # One object under both names: a status that is changed in it is changed for all.
        group = self._by_id.setdefault(group.id, group)
        self._by_fingerprint[group.fingerprint] = group
        return group


def _make_child(connection: sqlite3.Connection, parent: Group, branch: str) -> int | None:
    """Make a group for one branch of a split; it starts with the state of its parent. None when there are enough."""
    count = "SELECT count(*) FROM errors_group WHERE parent_id = ?"
    if connection.execute(count, (parent.id,)).fetchone()[0] >= MAX_BRANCHES:
        return None
    fingerprint = hashlib.sha256(f"{parent.id}/{branch}".encode()).hexdigest()[:16]
    words = branch.replace("=", " ", 1)
    made = connection.execute(
        """INSERT INTO errors_group (fingerprint, title, culprit, rule, category, parts, status, note, who, changed_ms,
             parent_id, branch)
           SELECT ?, title || ' · ' || ?, culprit, rule || ', split by ' || ?, category, parts, status, note, who,
             changed_ms, id, ? FROM errors_group WHERE id = ?""",
        (fingerprint, words, words, branch, parent.id),
    )
    return int(made.lastrowid or 0)


def group_texts(grouping: Grouping) -> tuple[str, str, str]:
    """Return title, culprit and rule as the tables keep them."""
    return storable(grouping.title), storable(grouping.culprit), storable(grouping.rule)


def parts_text(grouping: Grouping) -> str:
    """Return the explanation as JSON; escaped, so that any text can be stored."""
    parts = [
        {
            "name": part.name,
            "value": part.value[:MAX_PARTS_TEXT],
            "original": part.original[:MAX_PARTS_TEXT],
            "replaced": [(kind, text[:200]) for kind, text in part.replaced[:50]],
        }
        for part in grouping.parts
    ]
    return json.dumps(parts)
