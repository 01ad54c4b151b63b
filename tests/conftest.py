"""What holds for every test."""

from hypothesis import settings

# Tests assert no timings: the first example may load tables, and the machine may be shared.
settings.register_profile("gongshi", deadline=None)
settings.load_profile("gongshi")
