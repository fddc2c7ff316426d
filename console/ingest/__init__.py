"""From sockets to the store: protocol, transports, the writing process."""
