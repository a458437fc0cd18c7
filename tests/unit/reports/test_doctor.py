from __future__ import annotations

from typing import Any

from impactgraph.reports.doctor import render


def test_the_report_is_complete_and_aligned(doctor: dict[str, Any]) -> None:
    assert render(doctor) == (
        "Files\n"
        "  120  files in the checkout\n"
        "   83  Python files\n"
        "   22  test files\n"
        "    1  conftest.py files\n"
        "\n"
        "Import roots\n"
        "  src  pyproject.toml: tool.setuptools\n"
        "\n"
        "pytest settings\n"
        "  read from     pyproject.toml\n"
        "  testpaths     tests\n"
        "  python_files  test_*.py\n"
        "  import_mode   prepend\n"
        "\n"
        "Directories\n"
        "  src/flask/sansio  3 files  namespace package of src\n"
        "\n"
        "Graph\n"
        "   83  modules\n"
        "   22  edges: conftest\n"
        "  310  edges: import\n"
        "  on average, a module that is no test reaches 44 % of the test files\n"
        "\n"
        "Not parsed\n"
        "  old/py2.py:7  Python 2 print statement\n"
        "\n"
        "Dynamic imports that were not resolved\n"
        "  src/load.py:4  import_module(name)\n"
        "\n"
        "What to configure\n"
        "  - src/load.py imports by name\n"
        "      [tool.impactgraph]\n"
        '      links = {"src/load.py" = "src/x"}\n'
    )


def test_a_healthy_project_has_no_empty_sections(doctor: dict[str, Any]) -> None:
    text = render(doctor | {"unparsed": [], "unresolved": [], "suggestions": [], "placements": []})
    assert text.rstrip().endswith("of the test files")


def test_an_empty_checkout_has_a_report(doctor: dict[str, Any]) -> None:
    graph = {"modules": 0, "edges": {}, "mean_share": None}
    text = render(
        doctor
        | {"roots": [], "placements": [], "unparsed": [], "unresolved": [], "suggestions": [], "graph": graph, "pytest": {"source": None}}
    )
    assert "  read from  no file: pytest's defaults\n" in text
    assert text.endswith("Graph\n  0  modules\n")


def test_hostile_names_are_escaped(doctor: dict[str, Any]) -> None:
    doctor["suggestions"][0] |= {"message": "\x1b[2J", "setting": "\x1b[2J"}
    doctor["unparsed"][0]["path"] = "\x1b[2J"
    assert "\x1b" not in render(doctor)
