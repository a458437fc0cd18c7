"""Who mentions what: for each piece of code the names that it uses, so that a changed name leads to the code that can tell."""

from __future__ import annotations

from impactgraph.analysis.mentions.book import MentionBook, collect
from impactgraph.analysis.mentions.index import index
from impactgraph.analysis.mentions.values import ClassFacts, Mention, Mentions, Place

__all__ = ["ClassFacts", "Mention", "MentionBook", "Mentions", "Place", "collect", "index"]
