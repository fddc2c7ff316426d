"""Shared widgets and the way views read the store."""
