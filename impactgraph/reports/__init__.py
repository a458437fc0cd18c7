"""Answers (plain dicts in the shape of the JSON Schemas beside) as text, JSON and Markdown. Reports return text; entry points write it."""
