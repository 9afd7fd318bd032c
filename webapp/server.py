"""The production server: granian's WSGI workers (docs/decisions/0002-wsgi-server.md)."""

from __future__ import annotations

import multiprocessing
import os
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from functools import partial

from flask import Flask
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from webapp import create_app
from webapp.config import Config

_THREADS = 4
"""In each worker, so that /healthz answers while a long request is at work."""
_POLL_SECONDS = 0.05
_GIVE_UP_SECONDS = 60.0
_KILL_SECONDS = 5
"""A worker that has not stopped by then is killed; one that gets two signals at once never does."""


class AddressTaken(OSError):
    """Another process listens there; the message names the address."""


def serve(config: Config, host: str, port: int, workers: int, announce: Callable[[str], None]) -> None:
    """Serve until interrupted; calls ``announce`` with the address once it answers.

    Raises:
        AddressTaken: the address cannot be listened on.
    """
    _require_free(host, port)
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}/"
    # A forked worker would inherit the locks that the thread below holds, and the signal handlers of
    # its parent until it has loaded: it might never answer, or never stop.
    multiprocessing.set_start_method("spawn", force=True)
    threading.Thread(target=_announce_when_up, args=(address, announce), daemon=True).start()
    server = Granian(
        target="genelight",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=_THREADS,
        respawn_failed_workers=True,
        workers_kill_timeout=_KILL_SECONDS,
        log_level=LogLevels.warning,
    )
    server.serve(target_loader=partial(_load, config), wrap_loader=False)


def _load(config: Config) -> Flask:
    """Runs in each worker process.

    A session of its own keeps a terminal's Ctrl-C from it, which its parent passes on.
    """
    os.setsid()
    return create_app(config)


def _require_free(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as error:
            raise AddressTaken(
                f"cannot listen on {host}:{port} ({error}); choose another with --port"
            ) from None


def _announce_when_up(address: str, announce: Callable[[str], None]) -> None:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + _GIVE_UP_SECONDS
    while time.monotonic() < deadline:
        try:
            with direct.open(address + "healthz", timeout=1):
                announce(address)
                return
        except (urllib.error.URLError, OSError):
            time.sleep(_POLL_SECONDS)
