"""The window: composition root."""
