"""The pages in a real browser: what is drawn, what is said when one points at it, and that nothing is fetched."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from impactgraph.reports.html import render
from tests import growthanswers

BROWSER = next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None)
WIDE, NARROW = {"width": 1360, "height": 900}, {"width": 390, "height": 844}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        BROWSER is None and not os.environ.get("TESTS_IN_CI"),
        reason="no Chromium on this machine (Debian: apt-get install chromium); CI has one",
    ),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    assert BROWSER, "CI has to install Chromium: .ci/run does"
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        yield launched
        launched.close()


class Visit:
    """A page that was opened, with all that went wrong and all that it asked for."""

    def __init__(self, browser: Any, path: Path, size: dict[str, int], scheme: str) -> None:
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self.page = browser.new_page(viewport=size, color_scheme=scheme)
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(path.as_uri())
        self.page.wait_for_selector("html[data-drawn]", timeout=30_000)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    directory = tmp_path_factory.mktemp("pages")
    answers = {"growth": growthanswers.growth(), "forecast": growthanswers.forecast(), "refused": growthanswers.refused()}
    answers["survey"] = growthanswers.survey()
    for name, answer in answers.items():
        (directory / f"{name}.html").write_bytes(render(answer))
    return {name: directory / f"{name}.html" for name in answers}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("name", ["growth", "forecast", "refused", "survey"])
def test_a_page_is_drawn_without_complaint_and_without_the_network(
    name: str, size: dict[str, int], scheme: str, browser: Any, pages: dict[str, Path]
) -> None:
    visit = Visit(browser, pages[name], size, scheme)
    assert visit.complaints == []
    assert [url for url in visit.requests if not url.startswith(("file:", "data:"))] == []
    for plot in visit.page.query_selector_all(".plot"):
        assert plot.query_selector_all("svg .mark-symbol path, svg .mark-rect path")
        box = plot.query_selector("svg").bounding_box()
        assert box["width"] > 200
        assert box["height"] > 150
    assert visit.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    visit.page.close()


def test_dots_lie_inside_of_their_chart(browser: Any, pages: dict[str, Path]) -> None:
    visit = Visit(browser, pages["growth"], WIDE, "light")
    frame = visit.page.query_selector("#impacted svg").bounding_box()
    dots = [dot.bounding_box() for dot in visit.page.query_selector_all("#impacted svg .mark-symbol path")]
    assert len(dots) == len(growthanswers.growth()["snapshots"])
    for dot in dots:
        assert frame["x"] <= dot["x"] <= frame["x"] + frame["width"]
        assert frame["y"] <= dot["y"] <= frame["y"] + frame["height"]
    visit.page.close()


@pytest.mark.parametrize(
    ("name", "plot", "said"), [("growth", "impacted", "tests per change"), ("forecast", "modules", "share of the test files")]
)
def test_pointing_at_a_mark_tells_its_numbers(name: str, plot: str, said: str, browser: Any, pages: dict[str, Path]) -> None:
    visit = Visit(browser, pages[name], WIDE, "dark")
    marks = f"#{plot} svg .mark-symbol path, #{plot} svg .mark-rect path"
    visit.page.locator(marks).nth(4).hover(force=True)
    visit.page.wait_for_selector("#vg-tooltip-element.visible", timeout=5_000)
    assert said in visit.page.inner_text("#vg-tooltip-element")
    visit.page.close()


def test_dragging_moves_the_axes_and_a_double_click_moves_them_back(browser: Any, pages: dict[str, Path]) -> None:
    visit = Visit(browser, pages["growth"], WIDE, "light")

    def ticks() -> list[str]:
        return sorted(visit.page.locator("#impacted svg .role-axis-label text").all_text_contents())

    before, box = ticks(), visit.page.query_selector("#impacted svg").bounding_box()
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    visit.page.mouse.move(*middle)
    visit.page.mouse.down()
    visit.page.mouse.move(middle[0] - 120, middle[1] + 40, steps=5)
    visit.page.mouse.up()
    visit.page.wait_for_timeout(200)
    assert ticks() != before
    visit.page.mouse.dblclick(*middle)
    visit.page.wait_for_timeout(200)
    assert ticks() == before
    visit.page.close()


def test_colours_follow_the_readers_scheme(browser: Any, pages: dict[str, Path]) -> None:
    visit = Visit(browser, pages["growth"], WIDE, "light")

    def colour() -> str:
        found: str = visit.page.evaluate("getComputedStyle(document.querySelector('#impacted svg .mark-symbol path')).fill")
        return found

    light = colour()
    visit.page.emulate_media(color_scheme="dark")
    assert colour() != light
    visit.page.close()


def test_a_reader_who_sees_nothing_is_told_what_is_drawn_and_nothing_twice(browser: Any, pages: dict[str, Path]) -> None:
    visit = Visit(browser, pages["growth"], WIDE, "light")
    labels = visit.page.evaluate("[...document.querySelectorAll('.plot')].map((plot) => [plot.getAttribute('role'), plot.ariaLabel])")
    assert all(role == "img" and len(text) > 20 for role, text in labels)
    assert len(labels) == 6
    assert visit.page.locator(".plot svg:not([aria-hidden=true])").count() == 0
    visit.page.close()


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_the_keyboard_reaches_every_table_in_order_and_shows_where_it_is(
    size: dict[str, int], browser: Any, pages: dict[str, Path]
) -> None:
    visit = Visit(browser, pages["growth"], size, "light")
    here = "((at) => [at.className || at.tagName, getComputedStyle(at).outlineStyle])(document.activeElement)"
    seen = []
    for _ in range(visit.page.locator("section:has(table)").count()):
        visit.page.keyboard.press("Tab")
        seen.append(visit.page.evaluate(here))
    assert seen == [*[["scroll", "solid"]] * 4, *[["SUMMARY", "solid"]] * 2]
    visit.page.keyboard.press("Enter")
    visit.page.keyboard.press("Tab")
    assert visit.page.evaluate("document.activeElement.querySelectorAll('tbody tr').length") == 21
    visit.page.close()


def test_a_table_of_repositories_is_sorted_and_searched_by_keyboard(browser: Any, pages: dict[str, Path]) -> None:
    visit = Visit(browser, pages["survey"], NARROW, "light")
    page = visit.page

    def column(number: int) -> list[str]:
        found: list[str] = page.evaluate(
            f"[...document.querySelectorAll('.sortable tbody tr:not([hidden])')].map((row) => row.cells[{number}].innerText)"
        )
        return found

    headings = page.locator(".sortable thead th")
    (lines,) = [at for at, name in enumerate(headings.all_inner_texts()) if name.strip() == "lines"]
    headings.nth(lines).locator("button").focus()
    page.keyboard.press("Enter")
    assert headings.nth(lines).get_attribute("aria-sort") == "ascending"
    sizes = [int(size.replace(",", "")) for size in column(lines)[:-1]]
    assert sizes == sorted(sizes)
    page.keyboard.press("Space")
    assert headings.nth(lines).get_attribute("aria-sort") == "descending"
    assert [int(size.replace(",", "")) for size in column(lines)[:-1]] == sizes[::-1]
    assert column(lines)[-1] == "-"  # what is not known comes last, either way
    assert page.locator("th[aria-sort]").count() == 1

    page.get_by_role("searchbox", name="Search").focus()
    page.keyboard.type("SQL plateau")
    assert column(0) == ["sqlalchemy"]
    assert page.locator("[role=status]").inner_text() == "1 of 10"
    assert visit.complaints == []
    page.close()
