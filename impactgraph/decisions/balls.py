"""Import balls, modules that all reach each other, and the few imports that hold them together."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from impactgraph.graph.network import Network

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from impactgraph.graph.network import Pair

#: In larger balls so many modules, spread evenly, stand for all as ends of ways: all ways of a ball are the square of its modules.
ENDS = 1_000


class Thread(NamedTuple):
    """A pair that holds a ball together: without it, and those named before it, the largest ball left is of `left` modules."""

    pair: Pair
    left: int


def threads(network: Network, nodes: Sequence[int], cuttable: Collection[Pair], count: int) -> list[Thread]:
    """Up to `count` of the `cuttable` pairs inside the component `nodes`, each the one without which most ways from module to module end.

    Exact for one pair at a time, given those before, in balls of up to `ENDS` modules; where none is left without which any way ends, there
    are no more.
    """
    number = {node: position for position, node in enumerate(nodes)}
    inside = {(number[one], number[other]) for one, other in network.pairs if one in number and other in number}
    everywhere = dict.fromkeys(range(len(nodes)), 1)
    ends = dict.fromkeys(range(0, len(nodes), -(-len(nodes) // ENDS)), 1)
    wanted = sorted(pair for pair in inside if (nodes[pair[0]], nodes[pair[1]]) in cuttable)
    found: list[Thread] = []
    for _ in range(count):
        ball = Network(len(nodes), inside, ends)
        gains = ball.gains(everywhere, [(pair,) for pair in wanted])
        best = max(range(len(wanted)), key=gains.__getitem__, default=None)
        if best is None or not gains[best]:
            break
        pair = wanted.pop(best)
        inside.discard(pair)
        left = max(map(len, Network(len(nodes), inside, everywhere).components()), default=1)
        found.append(Thread((nodes[pair[0]], nodes[pair[1]]), left))
    return found
