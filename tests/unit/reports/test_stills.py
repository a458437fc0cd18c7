from __future__ import annotations

import json
import struct
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from impactgraph.reports.stills import specs, stills
from tests import growthanswers

ANSWERS: dict[str, dict[str, Any]] = {
    "growth": growthanswers.growth(),
    "forecast": growthanswers.forecast(),
    "survey": growthanswers.survey(),
}


@pytest.mark.parametrize("kind", ANSWERS)
def test_every_chart_of_the_page_is_there_as_svg_and_png(kind: str) -> None:
    files = dict(stills(ANSWERS[kind]))
    assert {name.rpartition(".")[0] for name in files} == set(specs(ANSWERS[kind]))
    for name, data in files.items():
        if name.endswith(".svg"):
            picture = ET.fromstring(data)  # noqa: S314 - we made it
            assert float(picture.get("width", "0")) > 400
            assert "var(" not in data.decode()
        else:
            assert data.startswith(b"\x89PNG")
            width, height = struct.unpack(">II", data[16:24])
            assert width > 800
            assert height > 200
    assert dict(stills(ANSWERS[kind])) == files


def test_nothing_of_the_page_is_left_in_a_still() -> None:
    text = json.dumps(specs(ANSWERS["growth"]))
    assert "var(--" not in text
    assert "container" not in text
    assert '"params"' not in text
