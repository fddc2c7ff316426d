"""The demo's client: calls the API over HTTP, goes offline, queues edits and pushes them when it is back."""
