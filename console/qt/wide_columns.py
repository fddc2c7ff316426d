"""Columns of a table that take the room that is left, and never less than they need to be read."""

from collections.abc import Mapping

from PySide6.QtWidgets import QHeaderView, QTableView


def fit_wide(table: QTableView, least_px: Mapping[int, int]) -> None:
    """Share the room that is left among these columns; where it is too little each gets its least, and the table scrolls.

    To be called whenever the table's width changed. Qt's own stretching ends at one least width for all columns.
    """
    header = table.horizontalHeader()
    shown = [number for number in range(header.count()) if not header.isSectionHidden(number)]
    others = sum(header.sectionSize(number) for number in shown if number not in least_px)
    is_narrow = table.viewport().width() - others < sum(least_px[number] for number in shown if number in least_px)
    for number, least in least_px.items():
        if is_narrow:
            header.setSectionResizeMode(number, QHeaderView.ResizeMode.Interactive)
            header.resizeSection(number, least)
        else:
            header.setSectionResizeMode(number, QHeaderView.ResizeMode.Stretch)
