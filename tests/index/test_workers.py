"""Work shared between processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from index.workers import Workers

ROOT = Path(__file__).parents[2]


def square(number: int) -> int:
    return number * number


def divide(number: int) -> float:
    return 1 / number


def end(number: int) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return number


@pytest.mark.parametrize("processes", [1, 2])
def test_results_come_in_the_order_of_the_tasks(processes: int) -> None:
    with Workers(processes) as workers:
        assert list(workers.ordered(square, range(50))) == [number * number for number in range(50)]


@pytest.mark.parametrize("processes", [1, 2])
def test_an_error_of_a_task_is_the_caller_s(processes: int) -> None:
    with Workers(processes) as workers, pytest.raises(ZeroDivisionError):
        list(workers.ordered(divide, [1, 0, 1]))


def test_a_process_that_is_killed_is_an_error_in_words() -> None:
    with Workers(2) as workers, pytest.raises(OSError, match="memory"):
        list(workers.ordered(end, range(3)))


def test_no_process_outlives_a_rebuild_that_is_killed() -> None:
    script = (
        "import os, time\n"
        "from index.workers import Workers\n"
        "from tests.index.test_workers import pid_and_wait\n"
        "if __name__ == '__main__':\n"
        "    with Workers(2) as workers:\n"
        "        for pid in workers.ordered(pid_and_wait, [0, 600, 600]):\n"
        "            print(pid, flush=True)\n"
    )
    started = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert started.stdout is not None
    with started.stdout:
        worker = int(started.stdout.readline())
    started.kill()
    started.wait()
    deadline = time.monotonic() + 30
    while Path(f"/proc/{worker}").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not Path(f"/proc/{worker}").exists()


def pid_and_wait(seconds: int) -> int:
    time.sleep(seconds)
    return os.getpid()
