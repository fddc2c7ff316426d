"""What decides that two errors are one: pure, given decoded payloads, returning fingerprints and reasons."""
