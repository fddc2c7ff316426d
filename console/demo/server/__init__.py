"""The demo's API server: conversations, messages, ACUs, users and circles over a real database."""
