"""What every test stands on: an environment that says nothing of the machine, or of the CI, that runs the suite."""

from __future__ import annotations

import os

from hypothesis import settings

# A build's own base, its step files and our own switches would answer for the repositories that tests make.
_SPEAKING = (
    "CI",
    "CI_MERGE_REQUEST_DIFF_BASE_SHA",
    "GITHUB_BASE_REF",
    "GITHUB_OUTPUT",
    "GITHUB_STEP_SUMMARY",
    "IMPACTGRAPH_BASE",
    "IMPACTGRAPH_RECORD",
)

# Tests that a developer may skip have to run there.
if os.environ.get("CI"):
    os.environ["TESTS_IN_CI"] = "1"
for _name in _SPEAKING:
    os.environ.pop(_name, None)

# A build says the same twice; `--hypothesis-profile=search`, nightly, looks for what these examples don't show.
settings.register_profile("repeatable", derandomize=True)
settings.register_profile("search", max_examples=1000)
settings.load_profile("repeatable")
