"""VIVIM debug console: attach to debug streams, keep every event, see what happened."""

__version__ = "0.1.0"
