"""Source distributions from the index: real projects with their tests, downloaded once and kept outside of the tree."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path


def directory() -> Path:
    """Where downloads are kept between sessions."""
    kept = Path(tempfile.gettempdir()) / "impactgraph-sdists"
    kept.mkdir(exist_ok=True)
    return kept


def unpacked(requirement: str, place: Path) -> Path:
    """The top directory of the distribution that `requirement` pins ("name==version"), unpacked in the empty directory `place`."""
    stem = requirement.replace("==", "-")
    if not list(directory().glob(f"{stem}.tar.gz")):
        # In a directory of its own first: several workers may want the same one.
        with tempfile.TemporaryDirectory(dir=directory()) as scratch:
            command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-binary", ":all:", "-d", scratch, requirement]
            subprocess.run(command, check=True, capture_output=True)
            (archive,) = Path(scratch).glob("*.tar.gz")
            archive.replace(directory() / f"{stem}.tar.gz")
    with tarfile.open(directory() / f"{stem}.tar.gz") as opened:
        opened.extractall(place, filter="data")
    (top,) = place.iterdir()
    return top
