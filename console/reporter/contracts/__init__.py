"""Contracts between services, as both ends see them: what was promised, and whether an exchange keeps to it.

Stands alone, as the rest of the reporter: a service checks its own traffic with it, and the console checks with the
very same rules what it observes, so that a disagreement between them is about the data.
"""
