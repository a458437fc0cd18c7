from __future__ import annotations

from pathlib import Path

import pytest

from impactgraph.sources.installed import environment_of, installed_names


@pytest.fixture
def site_packages(tmp_path: Path) -> Path:
    found = tmp_path / ".venv" / "lib" / "python3.12" / "site-packages"
    found.mkdir(parents=True)
    (tmp_path / ".venv" / "pyvenv.cfg").write_text("version = 3.12\n")
    return found


def install(site_packages: Path, directory: str, **files: str) -> None:
    metadata = site_packages / directory
    metadata.mkdir()
    for name, content in files.items():
        (metadata / name.replace("_txt", ".txt")).write_text(content)


def test_the_checkouts_own_environment_is_found_and_no_other(tmp_path: Path, site_packages: Path) -> None:
    assert environment_of(tmp_path) == site_packages
    assert environment_of(tmp_path / ".venv") is None


def test_import_names_come_from_the_list_of_files(site_packages: Path) -> None:
    files = [
        "yaml/__init__.py,sha256=a,1",
        "_yaml/__init__.py,,",
        "x.dist-info/METADATA,,",
        "../../x,,",
        "six.py,,",
        "_c.cp312.so,,",
        "d/t.tx,,",
    ]
    record = "\n".join(files)
    install(site_packages, "PyYAML-6.0.dist-info", RECORD=record)
    assert installed_names(site_packages, ["pyyaml"]) == {"pyyaml": ("_c", "_yaml", "six", "yaml")}


def test_top_level_txt_counts_too(site_packages: Path) -> None:
    install(site_packages, "zope_interface-6.dist-info", top_level_txt="zope\n")
    assert installed_names(site_packages, ["zope-interface"]) == {"zope-interface": ("zope",)}


def test_what_is_not_asked_for_or_not_readable_is_left_out(site_packages: Path) -> None:
    install(site_packages, "a-1.dist-info", top_level_txt="a\n")
    install(site_packages, "b-1.dist-info")
    assert installed_names(site_packages, ["b", "c"]) == {}
    assert installed_names(site_packages / "nowhere", ["a"]) == {}
