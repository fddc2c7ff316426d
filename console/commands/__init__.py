"""What the command line's commands do; each module is imported when its command runs."""
