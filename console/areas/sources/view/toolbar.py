"""Profile chooser and the buttons above the table of sources."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QWidget

from console.areas.sources.core import Profiles
from console.qt.text import visible


class SourceToolbar(QWidget):
    """What a person can do with sources and profiles."""

    profile_chosen = Signal(str)
    profile_added = Signal()
    profile_removed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.profiles = QComboBox()
        self.profiles.setAccessibleName("Profile")
        self.profiles.setMinimumContentsLength(12)
        label = QLabel("Profile")
        label.setBuddy(self.profiles)
        self.new, self.drop = QPushButton("New…"), QPushButton("Remove")
        self.new.setAccessibleName("New profile")
        self.drop.setAccessibleName("Remove this profile")
        for button in (self.new, self.drop):
            button.setToolTip(button.accessibleName())
        self.add, self.edit = QPushButton("Add source…"), QPushButton("Edit…")
        self.toggle, self.remove = QPushButton("Disable"), QPushButton("Remove")
        self.columns = QPushButton("Columns…")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 6)
        layout.setSpacing(6)
        for widget in (label, self.profiles, self.new, self.drop):
            layout.addWidget(widget)
        layout.addStretch(1)
        for widget in (self.add, self.edit, self.toggle, self.remove, self.columns):
            layout.addWidget(widget)
        self.add.setProperty("primary", True)
        self.profiles.activated.connect(lambda _: self.profile_chosen.emit(self.profiles.currentData()))
        self.new.clicked.connect(self.profile_added)
        self.drop.clicked.connect(self.profile_removed)

    def show_profiles(self, profiles: Profiles) -> None:
        """Offer these profiles."""
        self.profiles.clear()
        for name in profiles.sources:
            self.profiles.addItem(visible(name), name)
        self.profiles.setCurrentIndex(list(profiles.sources).index(profiles.active))
        self.drop.setEnabled(len(profiles.sources) > 1)

    def show_selected(self, *, selected: bool, attached: bool, configured: bool, enabled: bool) -> None:
        """Offer what can be done with the selected source."""
        self.edit.setEnabled(selected)
        self.edit.setText("Edit…" if configured or not selected else "Keep…")
        self.remove.setEnabled(attached)
        self.toggle.setEnabled(configured)
        self.toggle.setText("Disable" if enabled or not configured else "Enable")
