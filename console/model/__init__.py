"""Pydantic and plain types of what arrives on the wire; no I/O, no Qt."""
