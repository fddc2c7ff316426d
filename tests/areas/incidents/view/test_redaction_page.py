"""The redaction profile: checked while it is typed, kept when it is valid, tried on a sample."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from console.areas.incidents.view.export_rules import SETTING, ExportRules, profile_of
from console.areas.incidents.view.redaction_page import RedactionPage, try_profile
from tests.areas.incidents.view.incident_store import Opened, store_sessions

MINE = '[keys]\nsecret = ["tableSeat"]\n'
SAMPLE = '{"𝔘": 1, "table-seat": "four", "other": "five"}'


@pytest.fixture
def opened(tmp_path: Path, qtbot: QtBot) -> Iterator[Opened]:
    opened = Opened(store_sessions(tmp_path / "redaction.db"), qtbot)
    opened.view.show_page("redaction")
    opened.wait()
    yield opened
    opened.view.deactivate()


def page(opened: Opened) -> RedactionPage:
    found = opened.view.findChild(RedactionPage)
    assert found is not None
    return found


def type_in(opened: Opened, profile: str, sample: str = SAMPLE) -> RedactionPage:
    page(opened).profile.setPlainText(profile)
    page(opened).sample.setPlainText(sample)
    page(opened).refresh()
    opened.wait()
    return page(opened)


def test_a_rule_of_ones_own_masks_in_the_sample_at_once(opened: Opened) -> None:
    shown = type_in(opened, "")
    assert shown.found.text() == "Nothing of the sample would be masked."
    shown = type_in(opened, MINE)
    (row,) = shown.table.list.rows
    assert SAMPLE[row.start : row.end] == "four"
    assert (row.rule, row.path) == ("key", "table-seat")
    assert shown.found.text() == "1 place of the sample would be masked."
    assert shown.verdict.text() == "✓ Valid, and kept."
    assert opened.shell.settings[SETTING] == MINE


def test_what_is_masked_is_selected_in_the_sample_where_it_stands(opened: Opened) -> None:
    shown = type_in(opened, MINE)
    shown.table.chosen.emit(shown.table.list.rows[0])
    assert shown.sample.textCursor().selectedText() == "four", "places count in UTF-16 there"


def test_a_wrong_profile_says_where_and_is_not_kept(opened: Opened) -> None:
    type_in(opened, MINE)
    shown = type_in(opened, MINE + "\n[paths]\nmask = [1]\n")
    assert "line 5" in shown.verdict.text()
    assert "Exports still use what was valid last." in shown.verdict.text()
    (mark,) = shown.profile.extraSelections()
    assert mark.cursor.blockNumber() == 4
    assert shown.table.list.rows == []
    assert opened.shell.settings[SETTING] == MINE
    shown = type_in(opened, MINE)
    assert shown.profile.extraSelections() == []


def test_a_window_that_only_reads_tries_but_keeps_nothing(tmp_path: Path, qtbot: QtBot) -> None:
    opened = Opened(store_sessions(tmp_path / "redaction.db"), qtbot, read_only="Only to read.")
    opened.view.show_page("redaction")
    opened.wait()
    shown = type_in(opened, MINE)
    assert len(shown.table.list.rows) == 1
    assert SETTING not in opened.shell.settings
    assert "not kept" in shown.verdict.text()
    assert not shown.profile.isEnabled()
    opened.view.deactivate()


def test_rules_of_one_export_come_after_ones_own(tmp_path: Path) -> None:
    rules = ExportRules(MINE).masking("data.name").allowing("data.token")
    assert try_profile("\n".join(rules.texts()[:1]), SAMPLE).problem == ""
    profile = rules.profile()
    assert ("data.name" in profile.mask_paths, "data.token" in profile.allow_paths) == (True, True)
    assert "tableSeat" in profile.secret
    assert rules.allowing("data.name").mask == (), "the last word on a path counts"
    assert rules.allowing("data.name").masking("data.name").allow == ("data.token",)
    assert rules.words() == "For this export masked too: data.name; left open: data.token"


def test_a_path_with_signs_of_toml_stays_one_path() -> None:
    path = 'data["a\\"b"].c'
    assert path in profile_of(ExportRules().masking(path).texts()).mask_paths
