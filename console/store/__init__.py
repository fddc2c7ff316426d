"""One SQLite file: one process writes it, everyone else reads."""
