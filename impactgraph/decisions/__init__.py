"""Decisions, each with its reasons: what a change can break. Pure."""
