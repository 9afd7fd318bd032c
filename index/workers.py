"""Work shared between processes, with its results in the order of the tasks."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import islice
from types import TracebackType
from typing import TypeVar

MOST_PROCESSES = 8
"""More gain little: what one process does with the results becomes the limit."""
_AHEAD = 4
"""Tasks given out for each process before the first result is taken, so that results that
wait do not pile up."""

Task = TypeVar("Task")
Result = TypeVar("Result")


def processors() -> int:
    """How many processes this machine can run at once, within reason."""
    if sys.platform == "linux":
        return min(len(os.sched_getaffinity(0)), MOST_PROCESSES)
    return min(os.cpu_count() or 1, MOST_PROCESSES)


class Workers:
    """Processes that do tasks; with one, the tasks are done here and none is started.

    They are spawned, not forked: whoever calls may have threads.
    """

    def __init__(self, processes: int) -> None:
        self._processes = processes
        self._pool: ProcessPoolExecutor | None = None
        if processes > 1:
            spawn = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(processes, mp_context=spawn, initializer=_end_with_parent)

    def __enter__(self) -> Workers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)

    def ordered(self, do: Callable[[Task], Result], tasks: Iterable[Task]) -> Iterator[Result]:
        """``do`` of each task, in their order; ``do`` and tasks must be what pickle can carry.

        The processes begin at once, before the first result is asked for.

        Raises:
            OSError: a process ended before its task did.
        """
        if self._pool is None:
            return map(do, tasks)
        coming = iter(tasks)
        with _broken_told():
            ahead = islice(coming, _AHEAD * self._processes)
            waiting = deque([self._pool.submit(do, task) for task in ahead])
        return _results(self._pool, do, coming, waiting)

    def start(self, do: Callable[[Task], Result], task: Task) -> Callable[[], Result]:
        """Begin one task; what is returned waits for its result, and raises as ``ordered`` does."""
        if self._pool is None:
            result = do(task)
            return lambda: result
        with _broken_told():
            begun = self._pool.submit(do, task)

        def wait() -> Result:
            with _broken_told():
                return begun.result()

        return wait


def _results(
    pool: ProcessPoolExecutor,
    do: Callable[[Task], Result],
    tasks: Iterator[Task],
    waiting: deque[Future[Result]],
) -> Iterator[Result]:
    """The results of the tasks that wait, in their order, and of further tasks, one given out for each."""
    with _broken_told():
        while waiting:
            result = waiting.popleft().result()
            waiting += [pool.submit(do, task) for task in islice(tasks, 1)]
            yield result


@contextmanager
def _broken_told() -> Iterator[None]:
    try:
        yield
    except BrokenProcessPool as error:
        reason = (
            "a process of the rebuild ended before its work: for want of memory, or because the script "
            'that called build() lacks its `if __name__ == "__main__":`'
        )
        raise OSError(reason) from error


def _end_with_parent() -> None:
    """A worker whose parent was killed would wait for tasks for ever; Ctrl-C reaches it too, and is
    the parent's to answer."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:

        def watch() -> None:
            parent.join()
            os._exit(1)

        threading.Thread(target=watch, daemon=True).start()
