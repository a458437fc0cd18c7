"""Work on the workers of a Dask scheduler that exists already. The library is an extra, loaded by who asks for a scheduler."""

from __future__ import annotations

import hashlib
import logging
import os
import sys
import time
from contextlib import contextmanager
from functools import cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from impactgraph import kernel
from impactgraph._version import __version__
from impactgraph.errors import ClusterError, ImpactGraphError, SourceError, UsageError
from impactgraph.sources import codec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from distributed import Client, Future

Item = TypeVar("Item")
Result = TypeVar("Result")

_CONNECT = 3  # seconds until a scheduler has to answer, and at least one worker has to be there
_PATIENCE = 60  # seconds without any worker until the work is given up
_RETRIES = 2  # of a task that raised: a clone that failed; tasks of a worker that died are repeated by the scheduler


class Make(NamedTuple):
    """What two processes must have in common for one to go on with what the other made."""

    impactgraph: str
    code: str
    python: str
    facts: int
    kernel: str


def make() -> Make:
    """That of this process."""
    return Make(__version__, _code(), f"{sys.version_info.major}.{sys.version_info.minor}", codec.FORMAT, kernel.NAME)


_CODE = (".py", ".json", ".toml")  # as they are installed, whoever compiled the rest


@cache
def _code() -> str:
    """A digest of this package's files that rows follow from, as they are when it is first asked for: builds of one version may differ."""
    digest = hashlib.blake2b(digest_size=6)
    top = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    for directory, below, names in os.walk(top, followlinks=True):
        below.sort()
        for name in sorted(name for name in names if name.endswith(_CODE)):
            path = os.path.join(directory, name)
            with open(path, "rb") as file:
                digest.update(b"%s\0%s\0" % (os.fsencode(os.path.relpath(path, top)), file.read()))
    return digest.hexdigest()


@contextmanager
def connected(address: str) -> Iterator[Cluster]:
    """The cluster whose scheduler listens at `address`, with workers that are made as this process is.

    Raises UsageError without the library, `ClusterError` where there is no scheduler, no worker, or one of another make.
    """
    try:
        from distributed import Client
    except ImportError:
        raise UsageError("--scheduler needs dask.distributed", "pip install 'pytest-impactgraph[dask]'") from None
    with _quiet(), _client(Client, address) as client:
        _check(client, address)
        yield Cluster(client)


@contextmanager
def _quiet() -> Iterator[None]:
    """What goes wrong is told in a line, not in the library's tracebacks."""
    former = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(former)


def _client(make_client: type[Client], address: str) -> Client:
    try:
        return make_client(address, timeout=_CONNECT)
    except Exception as error:  # noqa: BLE001 - nobody listens, or somebody else does, whose bytes can mean anything
        reason = (str(error) or type(error).__name__).splitlines()[0]
        hint = "the address is what dask scheduler prints at its start, as in tcp://10.0.0.5:8786"
        raise ClusterError(f"no Dask scheduler answers at {address}: {reason}", hint) from None


def _check(client: Client, address: str) -> None:
    """Raises `ClusterError` unless there are workers, all of this make."""
    try:
        client.wait_for_workers(1, timeout=_CONNECT)
    except TimeoutError:
        raise ClusterError(f"the scheduler at {address} has no workers", f"start some: dask worker {address} --nthreads 1") from None
    found: dict[str, Any] = client.run(make, on_error="return")
    for worker, theirs in sorted(found.items()):
        if theirs != make():
            raise _unlike(worker, theirs)


def _unlike(worker: str, theirs: Make | BaseException) -> ClusterError:
    hint = "install the same impactgraph for the same Python on both sides, and restart the workers"
    if isinstance(theirs, BaseException):
        return ClusterError(f"worker {worker} has no impactgraph like this one: {theirs}", hint)
    pairs = zip(_MAKE, theirs, make(), strict=True)
    differing = ", ".join(f"{name} {other}, here {own}" for name, other, own in pairs if other != own)
    return ClusterError(f"worker {worker} can't work with this process: {differing}", hint)


_MAKE = ("impactgraph", "code of impactgraph", "Python", "format of facts", "kernel")


class Cluster:
    """Workers that take one task after another. A worker that dies costs the time of its tasks; others do them again."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def everywhere(self, function: Callable[[], object]) -> None:
        """Call `function` on each worker. Raises the `ImpactGraphError` that one raised there, with the worker's name."""
        found: dict[str, Any] = self._client.run(function, on_error="return")
        for worker, result in sorted(found.items()):
            if isinstance(result, ImpactGraphError):
                raise SourceError(f"worker {worker}: {result.message}", result.hint)
            if isinstance(result, BaseException):
                raise result

    def run(self, function: Callable[[Item], Result], items: Sequence[Item]) -> Iterator[tuple[Item, Result]]:
        """Each of `items` with what `function`, of an importable module, makes of it on some worker, as they get ready.

        Raises what a task raised again and again, and `ClusterError` where the workers or the scheduler went away.
        """
        task = partial(_checked, make(), function)
        items_of = {self._client.submit(task, item, pure=False, retries=_RETRIES): item for item in items}
        while items_of:
            for future in self._some_of(list(items_of)):
                item = items_of.pop(future)
                yield item, self._result(future)

    def _some_of(self, futures: list[Future]) -> set[Future]:
        """Those of `futures` that are done; at least one. Raises `ClusterError` where none will ever be."""
        from distributed import CancelledError, wait

        deserted: float | None = None
        while True:
            try:
                done: set[Future] = wait(futures, timeout=1, return_when="FIRST_COMPLETED").done
            except TimeoutError:
                deserted = self._deserted(deserted)
            except (CancelledError, OSError):
                raise _scheduler_gone() from None
            else:
                return done

    def _result(self, future: Future) -> Any:
        from distributed.scheduler import KilledWorker

        if future.status not in {"finished", "error"}:
            raise _scheduler_gone()
        try:
            return future.result()
        except KilledWorker:
            hint = "give the workers more memory, if they lack it; what is done is kept"
            raise ClusterError("one worker after another died over the same task", hint) from None

    def _deserted(self, since: float | None) -> float | None:
        """Since when there has been no worker. Raises `ClusterError` where that is too long."""
        try:
            if self._client.nthreads():
                return None
        except OSError:
            raise _scheduler_gone() from None
        now = time.monotonic()
        if since is not None and now - since > _PATIENCE:
            raise ClusterError("all workers have gone", "what is done is kept: start workers, then start again")
        return since or now


def _scheduler_gone() -> ClusterError:
    return ClusterError("the scheduler went away", "what is done is kept: start again when there is one")


def _checked(expected: Make, function: Callable[[Item], Result], item: Item) -> Result:
    """On a worker: one that came later than all checks is checked here."""
    if make() != expected:
        raise _unlike("that came later", make())
    return function(item)
