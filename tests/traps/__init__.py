"""Traps: small repositories with one change each, and the test files that have to be selected for it. See README.md."""
