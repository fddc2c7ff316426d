"""Types of what arrives on the wire; no I/O, no Qt."""
