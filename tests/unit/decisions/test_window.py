from __future__ import annotations

from impactgraph.decisions.window import MONTH, window_of
from impactgraph.model import FileChange

INDEX = {"a.py": 0, "b.py": 1, "data.txt": 2}
DAY = 86_400


def commit(time: int, *changes: FileChange) -> tuple[int, tuple[FileChange, ...]]:
    return time, changes


def test_files_count_under_the_names_that_they_have_today() -> None:
    commits = [
        commit(3, FileChange("b.py", "R", "older.py")),
        commit(2, FileChange("older.py", "R", "oldest.py"), FileChange("a.py", "M")),
        commit(1, FileChange("oldest.py", "M")),
        commit(0, FileChange("b.py", "D"), FileChange("older.py", "M")),
    ]
    assert window_of(commits, INDEX).changes == ((1,), (0, 1), (1,), (1,))


def test_a_commit_counts_if_it_touched_python_and_something_is_left() -> None:
    commits = [
        commit(4, FileChange("data.txt", "M")),
        commit(3, FileChange("data.txt", "M"), FileChange("a.py", "M")),
        commit(2, FileChange("gone.py", "D")),
    ]
    window = window_of(commits, INDEX)
    assert (window.changes, window.gone) == (((0, 2),), 1)
    assert window.frequencies() == {0: 1, 2: 1}


def test_a_month_is_told_of_a_day_or_more() -> None:
    commits = [commit(time, FileChange("a.py", "M")) for time in (2 * DAY, DAY, 0)]
    window = window_of(commits, INDEX)
    assert (window.since, window.until) == (0, 2 * DAY)
    assert window.per_month == 3 / (2 * DAY / MONTH)
    assert window_of(commits, INDEX, since=-DAY, until=4 * DAY).months == 5 * DAY / MONTH
    assert window_of(commits[:1], INDEX).per_month is None
    assert window_of([], INDEX).per_month is None
