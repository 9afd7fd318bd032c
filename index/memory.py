"""Keeping much without the garbage collector looking through it."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Without the garbage collector: a build makes millions of objects and hardly a cycle
    (who makes one, such as a parsed page, takes it apart), and looking for some took a third of its time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
