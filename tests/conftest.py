"""How hypothesis behaves (no deadlines, in CI the same examples every time); and messages are English in tests."""

import os

from hypothesis import settings

os.environ["FUPIN_LANG"] = "en"  # whatever the system speaks; a test that wants Chinese says so

settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True)
settings.register_profile("person", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "person")
