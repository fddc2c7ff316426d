"""What traffic really looks like, kept in bounded statistics, and where it parts from what was promised."""
