"""What the pages say beside the charts: method and limits in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from impactgraph.reports.sentences import WEIGHTED
from impactgraph.reports.terminal import percent

if TYPE_CHECKING:
    from impactgraph.reports.html.charts import Row

REGIMES = {
    "low": "Below three tenths the share may jump, so what comes next is hardly foreseeable.",
    "middle": "Between three and six tenths of the tests, it mostly grew a little faster than the tests elsewhere.",
    "plateau": "From six tenths on, tests per change grew in step with the tests elsewhere: it can hardly get worse than all of them.",
}
Told = list[tuple[str, str]]


def reach(weighting: str) -> Told:
    """What is counted."""
    return [
        (
            "What is counted.",
            (
                "A test file is reached by a change if it depends on a changed file over any number of imports, "
                f"packages, conftest files and what else <code>impactgraph select</code> follows; it counts with its "
                f"test functions. A change is {WEIGHTED[weighting]}. What parametrization multiplies is not known "
                "from the source. That a test is reached does not say that it would fail."
            ),
        )
    ]


def laws() -> Told:
    """How exponents are found."""
    return [
        (
            "The three bills.",
            (
                "<em>Per change</em> is what one change makes run, <em>per month</em> that times the changes of a "
                "month, <em>in total</em> the sum over all changes so far. Where changes grow with the code, the "
                "total grows by one power more than the bill per change: that is where quadratic growth is to be found."
            ),
        ),
        (
            "Exponents.",
            (
                "The median slope between any two snapshots on logarithmic axes (Theil and Sen), and beside it least squares. "
                "Intervals are of 2,000 histories redrawn from blocks of neighbouring snapshots. They claim 95 % and are rather "
                "narrow: of made-up histories they held about 86 % of the true exponents, and three quarters where neighbours "
                "resemble each other strongly. Fewer than 8 snapshots, or less than twice the size, give no exponent. The lines "
                "presume one law for the whole history; a jump in the share breaks it, so look at the share as well."
            ),
        ),
    ]


def forecast(model: Row) -> Told:
    """How the forecast is made and what it is worth."""
    exponent, plateau, cross = model["test_exponent"], percent(model["plateau"]), percent(model["cross_share"])
    few, none = model["backtested_below"], model["scenario_from"]
    return [
        (
            "Forecast.",
            (
                f"Tests grow by the power {exponent:.2f} of the code, and the share that a change reaches drifts "
                f"towards {plateau}, as in the histories of 19 open source projects. Each was foretold from the other "
                f"18: growth of two to four times was off by a factor of 1.3 in the middle case, of four to eight "
                f"times by 1.5, and the band held about 77 % of what came. From {few:g} times on few histories tell "
                f"anything (extrapolated: dashed), from {none:g} times on none. All tests is a forecast, too, so the "
                "band may reach beyond it."
            ),
        ),
        (
            "Scenarios.",
            (
                "Copies of today&#8217;s graph, counted. <em>Independent</em>: no import leads from one copy to "
                f"another, so a change costs what it costs today, however many there are. <em>Entangled</em>: {cross} "
                "of the imports between directories lead to another copy by chance. Most code grows like the second, "
                "unless something forbids it."
            ),
        ),
    ]
