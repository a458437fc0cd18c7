from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import Any

import altair as alt
import pytest

from impactgraph.reports.html import render, tables
from tests import growthanswers

PAGES = {
    "growth": growthanswers.growth,
    "refused": growthanswers.refused,
    "forecast": growthanswers.forecast,
    "survey": growthanswers.survey,
    "survey of few": lambda: growthanswers.survey(2),
    "scenarios only": lambda: growthanswers.forecast((100.0,)),
    "nothing measured": lambda: growthanswers.growth([]),
}
VOID = {"input", "meta", "link", "br"}


class Outline(HTMLParser):
    """Headings, open elements, and what is loaded from elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.headings: list[str] = []
        self.open: list[str] = []
        self.loaded: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(tag)
        if tag not in VOID:
            self.open.append(tag)
        self.loaded += [value or "" for name, value in attrs if name in {"src", "href"} and not (value or "").startswith("data:")]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def outline(page: str) -> Outline:
    parsed = Outline()
    parsed.feed(page)
    assert parsed.open == []
    return parsed


def specs(page: str) -> dict[str, Any]:
    found = re.findall(r'<script type="application/json" id="(\w+)-spec">(.*?)</script>', page, re.DOTALL)
    return {name: json.loads(text) for name, text in found}


@pytest.fixture(params=PAGES)
def page(request: pytest.FixtureRequest) -> str:
    return render(PAGES[request.param]()).decode()


def test_a_page_is_whole_and_asks_for_nothing_from_elsewhere(page: str) -> None:
    found = outline(page)
    assert found.loaded == []
    assert found.headings[0] == "h1"
    assert found.headings.count("h1") == 1
    assert set(found.headings) <= {"h1", "h2"}
    assert {"table", "main", "header", "footer"} <= set(found.tags)


def test_every_chart_is_valid_vega_lite_and_has_a_text(page: str) -> None:
    for name, spec in specs(page).items():
        alt.Chart.from_dict(spec, validate=True)
        (text,) = re.findall(rf'id="{name}" role="img" aria-label="([^"]+)"', page)
        assert len(text) > 20


def test_charts_and_tables_are_named_by_their_headings(page: str) -> None:
    names = re.findall('<(?:figure|div|table)[^>]* aria-labelledby="([^"]+)"', page)
    headings = re.findall('<h2 id="([^"]+)">', page)
    assert sorted(set(names)) == sorted(headings)
    assert len(headings) == len(specs(page)) + page.count("<table aria")


def test_the_laws_that_the_page_is_about_are_a_line_a_bill_and_the_others_folded() -> None:
    shown, folded = tables.of_laws(growthanswers.growth()["laws"])
    assert ([row[0] for row in shown.rows], shown.folded) == (["per change", "per month", "in total"], False)
    assert (len(folded.rows), folded.folded) == (9, True)
    law, squares = growthanswers.growth()["laws"][:2]
    assert shown.rows[0][1:5] == [
        f"{law['exponent']:.2f}",
        f"{law['low']:.2f} to {law['high']:.2f}",
        f"{squares['exponent']:.2f}",
        f"{squares['low']:.2f} to {squares['high']:.2f}",
    ]


def test_what_there_is_to_draw_is_drawn() -> None:
    assert list(specs(render(growthanswers.growth()).decode())) == ["impacted", "share", "edges", "bills", "fan", "modules"]
    assert list(specs(render(growthanswers.forecast()).decode())) == ["fan", "modules"]
    assert "bills" not in specs(render(growthanswers.refused()).decode())


def test_the_headline_has_its_number() -> None:
    page = render(growthanswers.growth()).decode()
    law = growthanswers.growth()["laws"][0]
    # sympy grew by x7.8, so nothing is said of ten times.
    assert f"Five times the code meant <strong>{5 ** law['exponent']:.1f} times</strong>" in page
    assert f"{law['exponent']:.2f} (95 %: {law['low']:.2f} to {law['high']:.2f})" in page


def test_a_refused_law_says_why() -> None:
    page = render(growthanswers.refused()).decode()
    assert "4 of at least 8 snapshots have this bill" in page
    assert "no Python file" in page


def test_what_a_repository_is_called_can_not_act() -> None:
    page = render(growthanswers.refused() | {"repository": "</script><script>alert(1)</script>"}).decode()
    assert "<script>alert" not in page
    answer = growthanswers.growth()
    answer["snapshots"][0]["revision"] = "</b>\udcff<b>"
    page = render(answer).decode()
    outline(page)
    assert "&lt;/b&gt;\\udcff" in page


def test_extrapolation_is_said() -> None:
    assert "this is extrapolated" in render(growthanswers.forecast()).decode()
    assert "this is extrapolated" not in render(growthanswers.forecast((2.0, 5.0))).decode()
    assert "nothing can be foretold" in render(growthanswers.forecast((100.0,))).decode()


def test_the_same_answer_gives_the_same_page() -> None:
    assert render(growthanswers.growth()) == render(growthanswers.growth())


def test_the_page_of_several_repositories_names_the_broken_one_and_warns_of_pooling() -> None:
    page = render(growthanswers.survey()).decode()
    assert list(specs(page)) == ["exponents", "shares"]
    assert "not a directory: &lt;i&gt;" in page
    assert "<b>lost" not in page
    assert page.count("Between repositories is not inside of one") == 2  # where the figures are, and in the method
    assert "no law over all yet" in render(growthanswers.survey(2)).decode()
