"""Yjs documents as they travel: decode updates strictly, read them as operations, find what was written concurrently."""
