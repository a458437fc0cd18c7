"""The page that charts, facts and tables stand on: one file with everything in it, that asks no network for anything."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from html import escape
from importlib.resources import files
from typing import Any, NamedTuple

#: No request may leave the page; its own scripts compile the charts' expressions.
_POLICY = "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data:"
_VEGA_LITE = "6.4"
_LONG = 16  # characters of a row's name that may need two lines


class Chart(NamedTuple):
    """A chart with what it shows in a line, what to see in it, and its text for those who can't see it."""

    name: str
    title: str
    caption: str
    alt: str
    spec: dict[str, Any]
    wide: bool = False


class Table(NamedTuple):
    """Cells are text; the first column names its row; `words`: numbers of columns that hold sentences; `folded`: shown when asked for.

    `keys`: what each cell is sorted by, None where it is not known; with them the reader may sort by any column, and search.
    """

    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    words: frozenset[int] = frozenset()
    folded: bool = False
    keys: Sequence[Sequence[str | float | None]] = ()


class Page(NamedTuple):
    """What a report says, in the order of reading. `headline` and `method` are markup already, everything else is text."""

    title: str
    kicker: str
    headline: str
    lede: str
    facts: Sequence[tuple[str, str]]
    charts: Sequence[Chart]
    tables: Sequence[Table]
    method: Sequence[tuple[str, str]]
    footer: str


def render(page: Page) -> bytes:
    """The whole file."""
    import vl_convert  # the optional library that draws; its bundle is most of the file

    # The stub of the library forgets that the first argument may be left out.
    bundle = vl_convert.javascript_bundle(vl_version=_VEGA_LITE)  # type: ignore[call-arg]
    parts = [
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="generator" content="impactgraph">\n<link rel="icon" href="data:,">',
        f"<title>{_text(page.title)}</title>\n<style>\n{_asset('page.css')}</style>\n</head>\n<body>",
        *_opening(page),
        *_charts(page.charts),
        *(_section(table, number) for number, table in enumerate(page.tables)),
        *_method(page.method),
        f"<footer>{_text(page.footer)}</footer>",
        f"<script>\n{_script(bundle)}\n</script>\n<script>\n{_asset('page.js')}{_asset('table.js')}</script>\n</body>\n</html>\n",
    ]
    return "\n".join(parts).encode()


def _text(text: str) -> str:
    """Escaped, with bytes that are no text shown as such."""
    return escape(text.encode("utf-8", "backslashreplace").decode())


def _asset(name: str) -> str:
    return files("impactgraph.reports.html").joinpath(name).read_text(encoding="utf-8")


def _script(source: str) -> str:
    """`source` such that no string in it can end the element that it stands in."""
    return re.sub("</(?=script)|<(?=!--)", lambda found: found[0].replace("<", "\\x3c"), source, flags=re.IGNORECASE)


def _opening(page: Page) -> list[str]:
    facts = "".join(f"<div><dt>{_text(name)}</dt><dd>{_text(value)}</dd></div>" for name, value in page.facts)
    return [
        f'<header>\n<p class="kicker">{_text(page.kicker)}</p>\n<h1>{page.headline}</h1>\n<p class="lede">{page.lede}</p>',
        f'<dl class="facts">{facts}</dl>\n</header>\n<main>',
    ]


def _charts(charts: Sequence[Chart]) -> list[str]:
    if not charts:
        return []
    hint = "Point at a dot for its numbers; the tables have them, too. Drag to move, hold Alt and scroll to zoom, double-click to go back."
    unseen = "<noscript><p>The charts are drawn by a script, which is off here; the tables say the same in numbers.</p></noscript>"
    return [unseen, '<div class="charts">', *(_chart(chart) for chart in charts), f'</div>\n<p class="note hint">{hint}</p>']


def _chart(chart: Chart) -> str:
    spec = json.dumps(chart.spec, separators=(",", ":")).replace("<", "\\u003c")  # ASCII, whatever files are called
    kind = "chart wide" if chart.wide else "chart"
    return (
        f'<figure class="{kind}" aria-labelledby="{chart.name}-title">\n'
        f'<figcaption><h2 id="{chart.name}-title">{_text(chart.title)}</h2><p>{_text(chart.caption)}</p></figcaption>\n'
        f'<div class="plot" id="{chart.name}" role="img" aria-label="{_text(chart.alt)}"></div>\n'
        f'<script type="application/json" id="{chart.name}-spec">{spec}</script>\n</figure>'
    )


def _section(table: Table, number: int) -> str:
    """A table under its heading, which a reader jumps to; a folded one behind it."""
    name = f"table-{number}"
    title = f'<h2 id="{name}">{_text(table.caption)}</h2>'
    if table.folded:
        return f"<section>\n<details>\n<summary>{title}</summary>\n{_table(table, name)}\n</details>\n</section>"
    return f"<section>\n{title}\n{_table(table, name)}\n</section>"


def _table(table: Table, name: str) -> str:
    head = "".join(f'<th scope="col">{_text(cell)}</th>' for cell in table.head)
    keys = table.keys or [()] * len(table.rows)
    rows = "\n".join(f"<tr>{_cells(row, table.words, own)}</tr>" for row, own in zip(table.rows, keys, strict=True))
    search, sortable = (_SEARCH, " class=sortable") if table.keys else ("", "")
    return (
        f'{search}<div class="scroll" tabindex="0" role="region" aria-labelledby="{name}">\n'
        f'<table aria-labelledby="{name}"{sortable}>\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>\n</div>"
    )


#: Shown by the script that makes it work.
_SEARCH = (
    '<p class="search" hidden><label>Search <input type="search" autocomplete="off"></label> '
    '<span role="status" aria-live="polite"></span></p>\n'
)


def _cells(row: Sequence[str], words: frozenset[int], keys: Sequence[str | float | None]) -> str:
    own = [f' data-key="{_text(str(key))}"' if key is not None else "" for key in keys] or [""] * len(row)
    first, *rest = row
    long = " class=long" if len(first) > _LONG else ""
    cells = (f"<td{' class=words' if at in words else ''}{own[at]}>{_text(cell)}</td>" for at, cell in enumerate(rest, 1))
    return f'<th scope="row"{long}{own[0]}>{_text(first)}</th>' + "".join(cells)


def _method(paragraphs: Sequence[tuple[str, str]]) -> list[str]:
    told = "\n".join(f"<p><strong>{_text(title)}</strong> {text}</p>" for title, text in paragraphs)
    return [f'<section class="method">\n<h2>Method and limits</h2>\n{told}\n</section>\n</main>']
