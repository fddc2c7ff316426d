"""Every field of every recorded event stands somewhere in the inspector's sections."""

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from console.app.application import Session
from console.app.options import RunOptions
from console.model.masking import DOTS
from console.model.secrets import mask_value
from tests.app.inspecting import all_text, opened

FIXTURES = Path(__file__).parent.parent / "fixtures"


def recorded() -> Iterator[str]:
    for line in (FIXTURES / "vivim-debug-stream.jsonl").read_text("utf-8").splitlines():
        yield line
    for line in (FIXTURES / "vivim-error-posts.jsonl").read_text("utf-8").splitlines():
        for report in json.loads(line)["body"]["reports"]:
            yield json.dumps(report)


def leaves(value: Any, path: str = "$") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from leaves(item, f"{path}.{key}")
    elif isinstance(value, list) and value:
        for index, item in enumerate(value):
            yield from leaves(item, f"{path}[{index}]")
    else:
        yield path, value


def flat(text: str) -> str:
    """Wrapped, laid out and quoted texts are compared without white space, quotes, escapes and case."""
    return "".join(text.split()).replace('"', "").replace("\\", "").casefold()


def shown_as(value: Any) -> list[str]:
    """How a leaf may be written."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    written = [text, json.dumps(value, ensure_ascii=False)]
    if isinstance(value, str) and "\n" in value:  # a stack: its lines stand apart, as frames
        return ["\n".join(line for line in value.split("\n"))]
    return written


@pytest.fixture
def options(tmp_path: Path, filling: Any) -> RunOptions:
    path = tmp_path / "recorded.db"
    filling.fill_store(path, [filling.read_text(text) for text in recorded()])
    return RunOptions(db=path, ingest=False, settings=tmp_path / "settings.json", theme="light")


@pytest.mark.timeout(240)
def test_each_leaf_of_each_recorded_event_is_shown(session: Session, qtbot: Any) -> None:
    texts = list(recorded())
    assert len(texts) == 478
    missing: list[str] = []
    for event_id, _ in enumerate(texts, 1):
        inspector = opened(session, qtbot, event_id)
        assert inspector.detail is not None
        shown = flat(all_text(inspector))
        payload = mask_value("", json.loads(inspector.detail.payload))
        for path, value in leaves(payload):
            wanted = [flat(text.replace("[masked]", DOTS)) for text in shown_as(value)]
            if not any(text in shown for text in wanted):
                missing.append(f"event {event_id}, {path}: {value!r}")
    assert not missing, "\n".join(missing[:40])


def distinct(value: Any, numbers: Iterator[int]) -> Any:
    """Return the value with a number of its own in place of each number, so that none is found by chance."""
    if isinstance(value, dict):
        return {key: item if key == "timestamp" else distinct(item, numbers) for key, item in value.items()}
    if isinstance(value, list):
        return [distinct(item, numbers) for item in value]
    return next(numbers) if isinstance(value, int | float) and not isinstance(value, bool) else value


def shapes() -> list[dict[str, Any]]:
    """One recorded event of each set of keys, its numbers made distinct."""
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    for text in recorded():
        event = json.loads(text)
        found.setdefault(tuple(path for path, _ in leaves(event)), event)
    return [distinct(event, itertools.count(730_001, 7)) for event in found.values()]


def test_each_number_is_shown_in_its_own_place(session: Session, filling: Any, options: RunOptions, qtbot: Any) -> None:
    events = shapes()
    assert len(events) > 20
    filling.fill_store(options.db, [filling.read_text(json.dumps(event)) for event in events], source="distinct")
    for event_id, event in enumerate(events, 479):
        shown = all_text(opened(session, qtbot, event_id))
        missing = [path for path, value in leaves(event) if type(value) is int and str(value) not in shown]
        assert not missing, f"{missing} of {event}"
