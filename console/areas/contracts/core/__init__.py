"""What was promised, what is sent, and where the two part ways: pure."""
