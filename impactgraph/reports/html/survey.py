"""The growth of several repositories as a page: a table to sort and search, the laws over all, and where each stands."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from impactgraph.reports import survey as tables
from impactgraph.reports.html import charts, words
from impactgraph.reports.html.charts import LIMIT, MAIN, MUTED, Row, Spec
from impactgraph.reports.html.page import Chart, Page, Table
from impactgraph.reports.numbers import short
from impactgraph.reports.terminal import percent, quantity

_SHOWN = 40  # repositories that fit into a chart of names
_HEAD = (
    *("repository", "remarks", "snapshots", "from", "to", "lines", "test functions", "regime", "share at first", "share now"),
    *("exponent per change", "95 %", "per month", "95 %", "in total", "95 %", "forecast: code", "tests per change", "80 % band"),
)


def page(answer: Row) -> Page:
    """The page of an answer of the kind `survey` about growth."""
    read = [row for row in answer["repositories"] if row["summary"]]
    headline, lede = _headline(answer, read)
    return Page(
        title=f"How the test bills of {_count(read)} grew",
        kicker=f"{_count(answer['repositories'])} \u00b7 how their test bills grew",
        headline=headline,
        lede=lede,
        facts=_facts(read),
        charts=_charts(read),
        tables=[_table(answer), _laws(answer["laws"])],
        method=[_pooling(answer), *words.laws(), *_forecast_words(read)],
        footer=f"Made by impactgraph {answer['tool']['version']}. Everything is in this file: it asks no network for anything.",
    )


def _count(rows: Sequence[Row]) -> str:
    return f"{len(rows)} repositor{'y' if len(rows) == 1 else 'ies'}"


def _headline(answer: Row, read: Sequence[Row]) -> tuple[str, str]:
    law = next(law for law in answer["laws"] if (law["kind"], law["bill"]) == ("middle", "per-change"))
    counted = {name: sum(row["summary"]["regime"] == name for row in read) for name in ("low", "middle", "plateau")}
    stand = f"A change reaches under three tenths of the tests in {counted['low']}, six or more in {counted['plateau']} of {len(read)}."
    if law["refused"]:
        return (
            f"{_count(read)}, and no law over all yet.",
            f"{escape(law['refused']).capitalize()}. {stand}",
        )
    interval = f"95 %: {law['low']:.2f} to {law['high']:.2f}"
    headline = f"In the middle repository, tests per change grew as the code to the power of <strong>{law['exponent']:.2f}</strong>."
    return headline, f"{interval}, from {law['repositories']} repositories that grew enough to tell. {stand} {escape(_warning(answer))}"


def _facts(read: Sequence[Row]) -> list[tuple[str, str]]:
    names = (("lines", "lines"), ("test functions", "test_functions"))
    sums = [(name, short(sum(row["summary"][key] or 0 for row in read))) for name, key in names]
    return [("repositories", str(len(read))), *sums]


def _charts(read: Sequence[Row]) -> list[Chart]:
    known = [row for row in read if row["summary"]["laws"]["per-change"]["exponent"] is not None][:_SHOWN]
    placed = [row for row in read if row["summary"]["share"] is not None and row["summary"]["lines"]]
    found = []
    if known:
        said = ", ".join(f"{row['repository']} {row['summary']['laws']['per-change']['exponent']:.2f}" for row in known)
        caption = "By which power of the code the tests per change grew, with 95 % intervals; dotted: as the code, as its square."
        if len(known) == _SHOWN:
            caption += f" The first {_SHOWN}; all are in the table."
        found.append(Chart("exponents", "Tests per change", caption, f"Dot plot of exponents: {said}.", _exponents(known)))
    if placed:
        said = ", ".join(f"{row['repository']} {percent(row['summary']['share'])}" for row in placed[:_SHOWN])
        caption = "The share of its tests that a change reaches today. From 60 % on it can hardly get worse; below 30 % it may jump."
        found.append(Chart("shares", "Where each stands", caption, f"Scatter plot of shares: {said}.", _shares(placed)))
    return found


def _exponents(rows: Sequence[Row]) -> Spec:
    values = [{"name": _name(row), **row["summary"]["laws"]["per-change"]} for row in rows]
    x = charts.quantity("exponent", "exponent of tests per change (1: as the code, 2: as its square)", log=False, form=".1~f", zero=True)
    axis = {"labelColor": charts.INK, "grid": False, "labelLimit": 140}
    order = [row["name"] for row in sorted(values, key=lambda row: -row["exponent"])]
    y = {"field": "name", "type": "nominal", "sort": order, "title": None, "axis": axis}
    tooltip = charts.tooltips(("name", "repository", ""), ("exponent", "exponent", ".2f"), ("low", "from", ".2f"), ("high", "to", ".2f"))
    interval = {"type": "rule", "color": MAIN, "strokeWidth": 7, "opacity": 0.25, "strokeCap": "round"}
    dots = {key: value for key, value in charts.points(values, x, y, tooltip, size=110).items() if key != "params"}
    guides = {
        "data": {"values": [{"at": 1}, {"at": 2}]},
        "mark": {"type": "rule", "color": MUTED, "strokeDash": [2, 4]},
        "encoding": {"x": {"field": "at", "type": "quantitative"}},
    }
    bars = {"data": {"values": values}, "mark": interval, "encoding": {"x": {**x, "field": "low"}, "x2": {"field": "high"}, "y": y}}
    return charts.spec([guides, bars, dots], height=max(160, 26 * len(values)))


def _shares(rows: Sequence[Row]) -> Spec:
    values = [{"name": _name(row), **{key: row["summary"][key] for key in ("lines", "share", "regime", "test_functions")}} for row in rows]
    x = charts.quantity("lines", "lines of code", padding=44)  # names stand beyond the outermost dots
    y = charts.quantity("share", "share of all tests", log=False, form=".0%", domain=[0, 1.04], nice=False)
    tooltip = charts.tooltips(
        ("name", "repository", ""), ("share", "share", ".1%"), ("lines", "lines", ",d"), ("test_functions", "test functions", ",d")
    )
    guides = {
        "data": {"values": [{"share": 0.3}, {"share": 0.6}]},
        "mark": {"type": "rule", "color": LIMIT, "strokeDash": [2, 4]},
        "encoding": {"y": y},
    }
    labels = {
        "data": {"values": values},
        "mark": {"type": "text", "dy": -11, "color": MUTED},
        "encoding": {"x": x, "y": y, "text": {"field": "name"}},
    }
    return charts.spec([guides, charts.points(values, x, y, tooltip, size=90), labels])


def _name(row: Row) -> str:
    return str(row["repository"]).encode("utf-8", "backslashreplace").decode()


def _table(answer: Row) -> Table:
    rows = [_cells(row) for row in answer["repositories"]]
    words = [[cell for cell, _ in row] for row in rows]
    keys = [[key for _, key in row] for row in rows]
    return Table("The repositories: sort by any column, or search", _HEAD, words, frozenset({1}), keys=keys)


def _cells(row: Row) -> list[tuple[str, str | float | None]]:
    """What stands in a line, each with what it is sorted by."""
    told = row["summary"]
    if told is None:
        return [(row["repository"], row["repository"]), (row["reason"], row["reason"]), *[("-", None)] * (len(_HEAD) - 2)]
    remark, regime = _remark(told), told["regime"]
    counts = [(told["measured"], ""), (told["since"], ""), (told["until"], ""), (told["lines"], ","), (told["test_functions"], ",")]
    return [
        (row["repository"], row["repository"]),
        (remark, remark or None),
        *(("-" if value is None else format(value, form), value) for value, form in counts),
        (regime or "-", regime),
        *((percent(told[name]), told[name]) for name in ("share_first", "share")),
        *(cell for bill in tables.BILLS for cell in zip(_law(told["laws"][bill]), (told["laws"][bill][end] for end in _ENDS), strict=True)),
        *_ahead(told["forecast"]),
    ]


_ENDS = ("exponent", "low")  # an exponent and its interval are sorted by these


def _ahead(forecast: Row) -> list[tuple[str, str | float | None]]:
    if forecast["times"] is None:
        return [("-", None)] * 3
    band = f"x{forecast['times_low']:.1f} to x{forecast['times_high']:.1f}"
    code = f"x{forecast['multiply']:g}"
    return [(code, forecast["multiply"]), (f"x{forecast['times']:.1f}", forecast["times"]), (band, forecast["times_low"])]


def _remark(told: Row) -> str:
    lost = told["snapshots"] - told["measured"]
    refused = told["laws"]["per-change"]["refused"]
    said = [f"{quantity(lost, 'snapshot')} could not be measured"] if lost else []
    return "; ".join([*said, *([f"no exponent: {refused}"] if refused else [])])


def _law(law: Row) -> list[str]:
    if law["exponent"] is None:
        return ["-", "-"]
    return [f"{law['exponent']:.2f}", f"{law['low']:.2f} to {law['high']:.2f}"]


def _laws(laws: Sequence[Row]) -> Table:
    rows = [
        [tables.KINDS[law["kind"]], tables.BILLS[law["bill"]], *_law(law), str(law["repositories"]), law["refused"] or ""] for law in laws
    ]
    return Table("The laws over all repositories", ("law", "bill", "exponent", "95 %", "repositories", "remarks"), rows, frozenset({5}))


def _pooling(answer: Row) -> tuple[str, str]:
    kinds = (
        "<em>The middle one</em> is the median of the exponents that each repository has by itself; <em>inside</em> is the one slope that "
        "they share when each has a level of its own; <em>between</em> compares the newest states alone. Intervals are of repositories "
        "redrawn, so they say what other repositories like these would show."
    )
    return "Laws over several repositories.", f"{kinds} {escape(_warning(answer))}"


def _warning(answer: Row) -> str:
    return " ".join(warning["message"] for warning in answer["warnings"] if warning["code"] == "pooling")


def _forecast_words(read: Sequence[Row]) -> words.Told:
    model = next((row["answer"]["model"] for row in read if row["answer"].get("model")), None)
    return words.forecast(model) if model else []
