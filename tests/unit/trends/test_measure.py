from __future__ import annotations

import numpy as np
import pytest

from impactgraph.graph.network import Network
from impactgraph.trends.measure import AllTests, Reached, distribution, impact, spread

# 0 <- 1 <- test 3 (2 functions); 0 <- test 4 (8 functions); 2 is alone.
NETWORK = Network(5, [(1, 0), (3, 1), (4, 0)], {3: 2, 4: 8})


def test_the_three_weightings_are_of_modules_of_changes_of_modules_and_of_commits() -> None:
    found = impact(NETWORK, [0, 1, 2], [(1,), (1, 2), (0,)])
    assert found["uniform"].mean == pytest.approx((2 + 1 + 0) / 3)
    assert found["uniform"].functions.mean == pytest.approx((10 + 2 + 0) / 3)
    assert found["uniform"].zero == pytest.approx(1 / 3)
    assert found["uniform"].all == pytest.approx(1 / 3)
    assert found["churn"].mean == pytest.approx((2 + 1 + 1 + 0) / 4)
    assert found["commits"].mean == pytest.approx((1 + 1 + 2) / 3)
    assert found["commits"].n == 3
    assert found["commits"].functions.share_mean == pytest.approx((2 + 2 + 10) / 3 / 10)


def test_what_nothing_is_known_of_is_left_out() -> None:
    assert list(impact(NETWORK, [0, 1], [])) == ["uniform"]
    assert impact(NETWORK, [], [(0,)]) == {}
    assert impact(Network(1, [], {}), [0], [(0,)]) == {}


def test_a_weight_is_a_repetition() -> None:
    values = np.array([1.0, 5.0, 9.0])
    repeated = np.repeat(values, [3, 1, 2])
    weighed = spread(Reached(values, values), np.array([3.0, 1.0, 2.0]), AllTests(10, 10))
    assert weighed == spread(Reached(repeated, repeated), np.ones(6), AllTests(10, 10))


def test_every_module_stands_in_one_bar() -> None:
    bars = distribution([0, 0, 1, 10, 20, 20], 20)
    assert sum(bar["modules"] for bar in bars) == 6
    assert bars[0]["modules"] == 2
    assert bars[1] == {"low": 0.0, "high": 0.05, "modules": 1}
    assert bars[-1]["modules"] == 2
