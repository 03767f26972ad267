"""Settings of all tests."""

from hypothesis import settings

# The same examples on every machine and run, and no time limit for one: a slow runner is not a fault of the code.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")
