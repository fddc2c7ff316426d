"""The tree says exactly what the text says, and neither size nor depth stops the window."""

import json
import time
from typing import Any

from PySide6.QtCore import QModelIndex
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester

from console.qt.document import JsonView
from console.qt.json_tree import CHUNK, JsonModel, Node, json_root, parse_exactly, path_of, to_text, value_words
from console.qt.raw_text import RawText, folded


def root_of(text: str) -> Node:
    root = json_root(text)
    assert isinstance(root, Node)
    return root


def test_duplicate_keys_and_long_numbers_stay(qapp: Any) -> None:
    text = '{"a":1,"a":1.50,"big":' + "9" * 6_000 + ',"nan":NaN}'
    value = parse_exactly(text)
    assert [key for key, _ in value] == ["a", "a", "big", "nan"]
    assert value[1][1] == "1.50"
    assert value[2][1] == "9" * 6_000
    assert to_text(value, indent=0).replace("\n", "").replace(": ", ":") == text


def test_the_model_keeps_qts_rules_and_gives_children_in_parts(qapp: Any, qtbot: Any) -> None:
    model = JsonModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.set_root(root_of(json.dumps({"list": list(range(1_200)), "text": "x"})))
    top = model.index(0, 0)
    assert model.data(top) == "list"
    assert model.data(model.index(0, 1)) == "[1200 items]"
    assert model.rowCount(top) == 0
    assert model.hasChildren(top)
    model.fetchMore(top)
    assert model.rowCount(top) == CHUNK
    while model.canFetchMore(top):
        model.fetchMore(top)
    assert model.rowCount(top) == 1_200
    assert model.parent(model.index(7, 0, top)) == top
    assert model.parent(top) == QModelIndex()


def test_search_goes_on_from_hit_to_hit_and_around(qapp: Any, qtbot: Any) -> None:
    view = JsonView()
    qtbot.addWidget(view)
    view.show_root(root_of('{"a":{"needle":1},"b":["x","a Needle here"],"c":2}'))
    view.search.setText("needle")
    paths = []
    for _ in range(3):
        view.find_next()
        paths.append(path_of(view.model.node(view.tree.currentIndex())))
    assert paths == ["a.needle", "b[1]", "a.needle"]
    view.search.setText("nowhere")
    view.find_next()
    assert view.note.text() == "not found"


def test_path_and_value_are_copied(qapp: Any, qtbot: Any) -> None:
    view = JsonView()
    qtbot.addWidget(view)
    view.show_root(root_of('{"odd key":[{"x":"line\\nbreak"}]}'))
    view.search.setText("line")
    view.find_next()
    view.copy_path()
    assert QGuiApplication.clipboard().text() == '["odd key"][0].x'
    view.copy_value()
    assert QGuiApplication.clipboard().text() == "line\nbreak"


def test_depth_is_said_and_does_not_crash(qapp: Any, qtbot: Any) -> None:
    text = "[" * 100_000 + "]" * 100_000
    words = json_root(text)
    assert isinstance(words, str)
    assert "nested too deeply" in words
    view, raw = JsonView(), RawText()
    qtbot.addWidget(view)
    qtbot.addWidget(raw)
    view.show_root(words)
    assert view.words.text() == words
    raw.set_text(text)
    raw.show()
    assert "200,000 characters" in raw.note.text()


def test_five_megabytes_open_without_freezing(qapp: Any, qtbot: Any) -> None:
    text = json.dumps({"rows": [{"id": i, "text": "some words " * 8} for i in range(45_000)]})
    assert len(text) > 5_000_000
    root = json_root(text)  # a pool thread does this
    view, raw = JsonView(), RawText()
    qtbot.addWidget(view)
    qtbot.addWidget(raw)
    started = time.process_time()
    view.show_root(root)
    raw.set_text(text)
    raw.show()
    qapp.processEvents()
    assert time.process_time() - started < 1.0
    assert raw.more.isVisible()
    raw.copy.click()
    assert QGuiApplication.clipboard().text() == text


def test_one_endless_line_is_folded_and_no_json_is_said(qapp: Any) -> None:
    assert max(map(len, folded("x" * 10**6).split("\n"))) <= 1_000
    words = json_root("not json")
    assert isinstance(words, str)
    assert "no JSON" in words
    assert value_words("<b>\u202e") == '"<b>⟨U+202E⟩"'
