"""The errors a user can meet. Each carries the exit code and a hint that says what to do."""

from __future__ import annotations


class ImpactGraphError(Exception):
    """Something the user can act on; `hint` says how."""

    exit_code = 2

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return self.message


class SourceError(ImpactGraphError):
    """The checkout, a revision or a file can't be had (not a repository, unknown revision, git missing)."""


class ClusterError(SourceError):
    """The machines that should do the work can't be had, or went away: nothing that a repository could do anything about."""


class ConfigError(ImpactGraphError):
    """[tool.impactgraph] says something that can't be meant."""


class UsageError(ImpactGraphError):
    """Options that contradict each other."""
