"""Vega charts as files: SVG, PNG, or a page that needs no network."""

from __future__ import annotations

import re
from typing import Any

from impactgraph.errors import UsageError

#: What a chart can be written as, by the end of the file's name.
SUFFIXES = (".svg", ".png", ".html")
_SCALE = 2  # pixels of a PNG per unit: sharp on a screen of today


def drawn(spec: dict[str, Any], path: str) -> bytes:
    """The chart `spec` (Vega, or Vega-Lite by its ``$schema``) in the form that the name of the file `path` asks for.

    Raises UsageError for another form, and without the library that draws.
    """
    suffix = path[path.rfind(".") :]
    if suffix not in SUFFIXES:
        raise UsageError(f"no form of a chart: {path}", f"name a file that ends with {', '.join(SUFFIXES)}")
    try:
        import vl_convert  # an extra, and slow to load
    except ImportError:
        raise UsageError("charts need more libraries", "pip install 'pytest-impactgraph[report]'") from None
    lite = "vega-lite" in spec["$schema"]
    if suffix == ".svg":
        return _renumbered(vl_convert.vegalite_to_svg(spec) if lite else vl_convert.vega_to_svg(spec)).encode()
    if suffix == ".png":
        return bytes(vl_convert.vegalite_to_png(spec, scale=_SCALE) if lite else vl_convert.vega_to_png(spec, scale=_SCALE))
    return (vl_convert.vegalite_to_html(spec, bundle=True) if lite else vl_convert.vega_to_html(spec, bundle=True)).encode()


def _renumbered(svg: str) -> str:
    """`svg` with its inner names counted from 0: the library counts over all pictures of a process."""
    numbers: dict[str, int] = {}
    return re.sub(r"\b(clip|gradient_)(\d+)\b", lambda found: f"{found[1]}{numbers.setdefault(found[0], len(numbers))}", svg)
