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

        Raises:
            OSError: a process ended before its task did.
        """
        if self._pool is None:
            yield from map(do, tasks)
            return
        waiting: deque[Future[Result]] = deque()
        try:
            for task in tasks:
                waiting.append(self._pool.submit(do, task))
                if len(waiting) == _AHEAD * self._processes:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
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
