"""Growth and forecasts as a page to look at: one file, for any browser, light and dark, with no need of a network."""

from __future__ import annotations

import os
from html import escape
from typing import TYPE_CHECKING, Any

from impactgraph.reports.html import history, outlook, survey, tables, words
from impactgraph.reports.html.page import Chart, Page
from impactgraph.reports.html.page import render as render_page
from impactgraph.reports.numbers import short, times
from impactgraph.reports.sentences import about, between, by, code, headline_law, nothing, per_module, seen
from impactgraph.reports.terminal import percent, quantity

if TYPE_CHECKING:
    from impactgraph.reports.html.charts import Row

_SHARE = "Solid: per change; dashed: per module. All tests are the ceiling."


def render(answer: Row) -> bytes:
    """The page of an answer of the kind `growth`, `forecast`, or `survey` of growth. Needs the library vl_convert."""
    return render_page(page(answer))


def page(answer: Row) -> Page:
    """What the page of such an answer says."""
    if answer["kind"] == "survey":
        return survey.page(answer)
    return _growth(answer) if answer["kind"] == "growth" else _forecast(answer)


def _growth(answer: Row) -> Page:
    rows = history.rows_of(answer)
    headline, lede = _law_headline(answer) if rows else (escape(nothing(answer["snapshots"])), "There is nothing to draw.")
    name = _name(answer)
    return Page(
        title=f"How the test bill of {name} grew",
        kicker=f"{name} \u00b7 how its test bill grew \u00b7 {', '.join([_span(answer['snapshots']), *about(answer)])}",
        headline=headline,
        lede=lede,
        facts=_growth_facts(answer, rows),
        charts=[*_history_charts(answer, rows), *_outlook_charts(answer)],
        tables=[
            *tables.of_forecast(answer),
            *tables.of_snapshots(answer),
            *tables.of_laws(answer["laws"]),
            *tables.of_modules(answer),
        ],
        method=[*words.reach(answer["weighting"]), *words.laws(), *(words.forecast(answer["model"]) if answer.get("model") else ())],
        footer=" ".join([*(f"{warning['message']}." for warning in answer["warnings"]), _footer(answer)]),
    )


def _forecast(answer: Row) -> Page:
    name = _name(answer)
    headline, lede = _forecast_headline(answer)
    return Page(
        title=f"What more code would cost {name} in tests",
        kicker=f"{name} \u00b7 forecast \u00b7 {answer['head']['revision'] or 'no commit'}"[:90],
        headline=headline,
        lede=lede,
        facts=_today_facts(answer["today"]),
        charts=_outlook_charts(answer),
        tables=[*tables.of_forecast(answer), *tables.of_modules(answer)],
        method=[*words.reach(answer["today"]["weighting"]), *words.forecast(answer["model"])],
        footer=_footer(answer),
    )


def _name(answer: Row) -> str:
    return os.path.basename(str(answer.get("repository") or answer["root"]).rstrip("/")) or "this checkout"


def _span(snapshots: list[Row]) -> str:
    dates = [row["date"][:4] for row in snapshots if row["date"]]
    years = f", {dates[0]} to {dates[-1]}" if dates else ""
    return f"{quantity(len(snapshots), 'snapshot')}{years}"


def _footer(answer: Row) -> str:
    tool = answer["tool"]
    return f"Made by {tool['name']} {tool['version']}. Everything is in this file: it asks no network for anything."


def _law_headline(answer: Row) -> tuple[str, str]:
    law, regime = headline_law(answer), words.REGIMES[answer["regime"]]
    rows = history.rows_of(answer)
    last = rows[-1]
    reach = f"Today a change reaches <strong>{percent(last['share'])}</strong> of {last['test_functions']:,} test functions. {regime}"
    if law["refused"]:
        headline = (
            f"A change reaches <strong>{percent(last['share'])}</strong> of the tests; by which law that grew can&#8217;t be said yet."
        )
        return headline, f"{escape(law['refused']).capitalize()}. {regime}"
    growth = seen(law, [row["lines"] for row in rows])
    headline = f"{code(growth.multiply)} meant <strong>{by(growth.factor)}</strong> the tests per change."
    interval = f"{law['exponent']:.2f} (95 %: {law['low']:.2f} to {law['high']:.2f})"
    band = f"The exponent is {interval}, so {between(growth.low, growth.high)}."
    return headline, f"{band} {reach}"


def _forecast_headline(answer: Row) -> tuple[str, str]:
    today, regime = answer["today"], words.REGIMES[answer["regime"]]
    reach = f"Today a change reaches <strong>{percent(today['share'])}</strong> of {today['test_functions']:,} test functions. {regime}"
    said = [row for row in answer["forecast"] if row["bill"] == "per-change" and row["value"] is not None]
    if not said:
        return (
            f"A change reaches <strong>{percent(today['share'])}</strong> of the tests. Of so much more code nothing can be foretold.",
            reach,
        )
    row = said[-1]
    value, low, high = (row[part] / today["per_change"] for part in ("value", "low", "high"))
    headline = f"{code(row['multiply'])} would mean <strong>{by(value)}</strong> the tests per change."
    basis = " No history that we know of grew so much: this is extrapolated." if row["basis"] == "extrapolated" else ""
    return headline, f"With a probability of 80 % it is between {by(low)} and {by(high)}.{basis} {reach}"


def _today_facts(today: Row) -> list[tuple[str, str]]:
    rate = today["changes_per_month"]
    facts = [
        ("modules", f"{today['modules']:,}"),
        ("test files", f"{today['test_files']:,}"),
        ("test functions", f"{today['test_functions']:,}"),
        ("test functions per change", short(today["per_change"])),
        *([("changes per month", short(rate))] if rate else []),
    ]
    return [
        *facts,
        *(
            [("minutes for all tests", short(today["seconds_per_test"] * today["test_functions"] / 60))]
            if today["seconds_per_test"]
            else []
        ),
    ]


def _growth_facts(answer: Row, rows: list[dict[str, Any]]) -> list[tuple[str, str]]:
    if not rows:
        return []
    first, last = rows[0], rows[-1]
    grown = [
        (name, times(last[key] / first[key]))
        for name, key in (("lines", "lines"), ("modules", "modules"), ("tests", "test_functions"))
        if first[key]
    ]
    exponents = [
        (f"exponent {history.BILLS[law['bill']]}", "-" if law["exponent"] is None else f"{law['exponent']:.2f}")
        for law in answer["laws"]
        if (law["of"], law["against"], law["estimator"]) == ("test-functions", "lines", "theil-sen")
    ]
    return [*grown, *exponents]


def _history_charts(answer: Row, rows: list[dict[str, Any]]) -> list[Chart]:
    if not rows:
        return []
    law, laws = headline_law(answer), answer["laws"]
    told = (
        f"Exponent {law['exponent']:.2f}, 95 % {law['low']:.2f} to {law['high']:.2f}. "
        if not law["refused"]
        else f"No exponent: {law['refused']}. "
    )
    exponents = [one for one in laws if one["of"] == "test-functions" and one["against"] == "lines" and one["exponent"] is not None]
    named = ", ".join(f"{history.BILLS[one['bill']]} {one['exponent']:.2f}" for one in exponents if one["estimator"] == "theil-sen")
    found = [
        Chart(
            "impacted",
            "Tests that a change reaches, against code",
            f"{told}Both axes are logarithmic, so a power is a straight line; dotted are growth as the code and as its square.",
            f"Scatter plot: test functions per change, {history.alt_of(rows, 'impacted')}. {told}",
            history.impacted(rows, answer["curves"]["per-change"]),
        ),
        Chart(
            "share",
            "The same as a share of all tests",
            " ".join([_SHARE, *per_module(answer["snapshots"], answer["edges"])]),
            f"Line chart: share of test functions per change, {history.alt_of(rows, 'share')}; the ceiling is 1.",
            history.share(rows),
        ),
        Chart(
            "edges",
            "Imports, and what depends on what",
            "Edges, and pairs of modules of which one depends on the other over any way: the square of the modules, if their share stays.",
            f"Scatter plot: edges {history.alt_of(rows, 'edges')}; beside them the closure.",
            history.edges(rows),
        ),
    ]
    if exponents:
        caption = "By which power of the code each bill grew. Dots with 95 % intervals: Theil and Sen; diamonds: least squares."
        found.append(Chart("bills", "The three bills", caption, f"Dot plot of exponents: {named}.", history.bills(laws)))
    return found


def _outlook_charts(answer: Row) -> list[Chart]:
    found = []
    if answer.get("fan") and answer.get("forecast"):
        row = [row for row in answer["forecast"] if row["bill"] == "per-change"][-1]
        said = f"at {row['multiply']:g} times the code {short(row['value'])} test functions, {short(row['low'])} to {short(row['high'])}"
        caption = (
            "Forecast with its 80 % band, dashed where it is extrapolated; above it all tests. Copies of today&#8217;s graph frame it: "
            "without imports between them a change costs what it costs today."
        ).replace("&#8217;", "\u2019")
        found.append(
            Chart("fan", "Tests per change when there is more code", caption, f"Fan chart: {said}.", outlook.fan(answer), wide=True)
        )
    if answer.get("distribution"):
        bars = answer["distribution"]
        total = sum(bar["modules"] for bar in bars)
        none = bars[0]["modules"]
        caption = f"{none:,} of {total:,} modules (grey) are reached by no test; one that stands far right makes nearly everything run."
        found.append(Chart("modules", "How far each module reaches", caption, f"Histogram. {caption}", outlook.modules(answer), wide=True))
    return found
