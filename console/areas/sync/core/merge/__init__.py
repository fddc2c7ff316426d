"""Three-way merges of JSON and what settles the conflicts that they leave: pure, and the same on every machine."""
