from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impactgraph.sources.history.journal import FORMAT, Journal, abandoned, facts_line, new_name, parse

LINE = b'["test_a.py::test_a","passed",1,2,3,null]\n'
JOURNAL = facts_line({"format": FORMAT, "run": "x", "mode": None}) + LINE * 3 + facts_line({"exit_status": 0}) + LINE


def names(directory: Path) -> list[str]:
    return [os.path.basename(found.path) for found in abandoned(str(directory))]


def test_a_journal_is_abandoned_when_its_writer_is_gone_and_not_before(tmp_path: Path) -> None:
    journal = Journal(str(tmp_path), {"run": "x"})
    journal.write(LINE)
    assert names(tmp_path) == []
    journal.close()
    assert names(tmp_path) == ["x.journal"]


def test_an_abandoned_journal_is_one_reader_s_alone(tmp_path: Path) -> None:
    (tmp_path / "x.journal").write_bytes(JOURNAL)
    for found in abandoned(str(tmp_path)):
        assert found.data == JOURNAL
        assert names(tmp_path) == []
    assert names(tmp_path) == ["x.journal"]


def test_a_journal_just_made_is_not_taken_for_abandoned(tmp_path: Path) -> None:
    path = tmp_path / "x.journal"
    path.touch()
    assert names(tmp_path) == []
    os.utime(path, (0, 0))
    assert names(tmp_path) == ["x.journal"]


def test_two_journals_do_not_share_a_name(tmp_path: Path) -> None:
    Journal(str(tmp_path), {"run": "x"}).close()
    with pytest.raises(FileExistsError):
        Journal(str(tmp_path), {"run": "x"})
    assert new_name() != new_name()


def test_later_facts_join_the_first() -> None:
    recording = parse(JOURNAL)
    assert recording.facts == {"format": FORMAT, "run": "x", "mode": None, "exit_status": 0}
    assert len(recording.attempts) == 4


@given(st.integers(JOURNAL.index(b"\n") + 1, len(JOURNAL)))
def test_a_cut_loses_the_line_that_it_hits_and_no_other(length: int) -> None:
    whole = JOURNAL[:length].count(b"\n[") - (JOURNAL[:length].rpartition(b"\n")[2].startswith(b"["))
    assert len(parse(JOURNAL[:length]).attempts) == whole


def test_a_damaged_line_is_left_out() -> None:
    assert len(parse(JOURNAL.replace(LINE, b'["test_a.py\0\n', 1)).attempts) == 3


@pytest.mark.parametrize("data", [b"", b"\n", b"[]\n", b"{}\n", b'{"format": 99}\n', LINE])
def test_what_is_no_journal_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="not a journal"):
        parse(data)
