from __future__ import annotations

from pathlib import Path

import pytest

from impactgraph.errors import SourceError
from impactgraph.sources.history.junit import read_junit

NESTED = """<?xml version="1.0"?>
<testsuites><testsuite name="a" timestamp="2026-01-02T03:04:05+00:00"><testsuite name="b">
<testcase classname="t.test_a.TestX" name="test_one[a.b]" time="0.25"/>
<testcase classname="t.test_a" name="test_two"><failure message="m"/></testcase>
</testsuite>
<testcase classname="java.Thing" name="three" time="1"><error/></testcase>
<testcase classname="x.y" file="x/y.py" name="four"><skipped/></testcase>
<testcase classname="t.test_a" name="five"><skipped type="pytest.xfail"/></testcase>
<testcase name="six"/>
</testsuite></testsuites>
"""


@pytest.fixture
def junit(tmp_path: Path) -> Path:
    (tmp_path / "t").mkdir()
    (tmp_path / "t" / "test_a.py").touch()
    path = tmp_path / "junit.xml"
    path.write_text(NESTED)
    return path


def test_tests_are_found_in_the_checkout(junit: Path, tmp_path: Path) -> None:
    found = read_junit(str(junit), str(tmp_path), "r")
    assert sorted((attempt[0], attempt[1], attempt[3]) for attempt in found.recording.attempts) == [
        ("::six", "passed", None),
        ("java.Thing::three", "error", 1_000_000),
        ("t/test_a.py::TestX::test_one[a.b]", "passed", 250_000),
        ("t/test_a.py::five", "xfailed", None),
        ("t/test_a.py::test_two", "failed", None),
        ("x/y.py::four", "skipped", None),
    ]
    assert found.unplaced == 2
    assert found.recording.facts["started"] == 1767323045.0
    assert found.recording.facts["revision"] == "r"


def test_the_name_of_a_run_is_of_its_content(junit: Path, tmp_path: Path) -> None:
    first = read_junit(str(junit), str(tmp_path), None).recording.facts["run"]
    assert read_junit(str(junit), str(tmp_path), None).recording.facts["run"] == first
    junit.write_text(NESTED.replace("0.25", "0.26"))
    assert read_junit(str(junit), str(tmp_path), None).recording.facts["run"] != first


@pytest.mark.parametrize("content", ["", "no xml", "<html/>", "<testsuite>"])
def test_what_is_no_junit_is_refused_with_a_hint(tmp_path: Path, content: str) -> None:
    path = tmp_path / "junit.xml"
    path.write_text(content)
    with pytest.raises(SourceError) as refused:
        read_junit(str(path), str(tmp_path), None)
    assert refused.value.hint
    with pytest.raises(SourceError):
        read_junit(str(tmp_path / "none.xml"), str(tmp_path), None)
