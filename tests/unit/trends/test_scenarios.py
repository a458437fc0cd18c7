from __future__ import annotations

import numpy as np
import pytest

from impactgraph.trends.scenarios import MAX_NODES, Code, impacted, scenarios


def packages(count: int) -> Code:
    """Packages of two modules and a test each; every package's second module imports the first of the package before."""
    paths, pairs = [], []
    for number in range(count):
        paths += [f"p{number}/a.py", f"p{number}/b.py", f"p{number}/test_b.py"]
        pairs += [(3 * number + 1, 3 * number), (3 * number + 2, 3 * number + 1)]
        if number:
            pairs.append((3 * number + 1, 3 * number - 3))
    return Code.of(paths, pairs, {path for path in paths if "test" in path})


def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def test_one_copy_is_the_graph_itself() -> None:
    # b of each package reaches its test; a reaches those of its own package and of the next.
    assert impacted(packages(10), 1, 0.5, rng()) == pytest.approx((10 + 19) / 20)


@pytest.mark.parametrize("multiply", [2, 5, 10])
def test_independent_copies_cost_no_more_per_change(multiply: int) -> None:
    assert scenarios(packages(20), multiply, rng())["independent"] == pytest.approx(1.0)


def test_entangled_copies_of_a_lump_cost_in_step_with_their_number() -> None:
    paths = [f"p{number}/m.py" for number in range(40)] + ["tests/test_all.py"]
    ring = [(number, (number + step) % 40) for number in range(40) for step in range(1, 9)] + [(40, 0)]
    found = scenarios(Code.of(paths, ring, {"tests/test_all.py"}), 10, rng())
    assert found["independent"] == pytest.approx(1.0)
    assert found["entangled"] is not None
    assert 2 < found["entangled"] <= 10


def test_crossing_edges_lead_to_another_copy() -> None:
    code = Code.of(["a/m.py", "b/test_m.py"], [(1, 0)], {"b/test_m.py"})
    assert impacted(code, 2, 1.0, rng()) == pytest.approx(1.0)  # each test imports the other copy's module


def test_the_same_seed_gives_the_same_answer() -> None:
    assert scenarios(packages(50), 7, rng()) == scenarios(packages(50), 7, rng())


def test_what_is_too_large_or_empty_is_not_counted() -> None:
    unknown = {"independent": None, "entangled": None}
    assert scenarios(packages(1), MAX_NODES, rng()) == unknown
    assert scenarios(Code.of(["a.py"], [], set()), 2, rng()) == unknown
