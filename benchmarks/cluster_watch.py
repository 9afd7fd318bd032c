"""What users of a server see while its cluster loses nodes: clients who ask, and one who looks each second.

Every answer is kept with its moment and judged at the end: what is right for an index is known by its digest
once that was asked while all was well.
"""

from __future__ import annotations

import http.client
import json
import random
import subprocess
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, pairwise
from pathlib import Path
from statistics import median
from threading import Event, Thread
from typing import Any, NamedTuple
from urllib.parse import quote

from benchmarks.peer_tables import DASH, number, table
from tests.cluster.nodes import Running
from tests.running import COMMAND, ROOT, environment, free_port

WORKERS = 2
PATIENCE = 120.0
"""Seconds after which a client takes it that no answer will come."""
_STARTS_WITHIN = 120.0
_STOPS_WITHIN = 30.0
_LOOK_SECONDS = 5.0
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))

Right = Mapping[str, Sequence[str]]
"""Digest of an index -> of each query what is answered."""


class Asked(NamedTuple):
    at: float
    """When the answer was there."""
    seconds: float
    query: int
    status: int
    """0: nothing came within PATIENCE, or the connection broke off."""
    digest: str
    """Of the index."""
    answer: str
    """What ``judged`` says of it; of another status the message."""


class Look(NamedTuple):
    at: float
    ready: str
    """What /readyz answers: its status, and that of the cluster."""
    message: str
    cluster: str
    """What a node says: green, yellow, red or no manager; DASH where none answers."""
    nodes: int


class Server:
    """``genelight serve`` in front of the cluster."""

    def __init__(self, index_dir: Path, variables: Mapping[str, str], log: Path) -> None:
        self.port = free_port()
        arguments = ["serve", "--index-dir", str(index_dir), "--port", str(self.port)]
        with log.open("wb") as out:
            self._process = subprocess.Popen(
                [*COMMAND, *arguments, "--workers", str(WORKERS)],
                cwd=ROOT,
                env=environment(**variables),
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = time.monotonic() + _STARTS_WITHIN
        while self.get("/readyz")[0] != 200:
            if time.monotonic() > deadline or self._process.poll() is not None:
                self.stop()
                raise SystemExit(f"the server does not answer; it said: {log.read_text()[-2000:]}")
            time.sleep(0.2)

    def get(self, path: str, timeout: float = _LOOK_SECONDS) -> tuple[int, Any]:
        """Status and decoded body; 0 where nothing comes."""
        return get(f"http://127.0.0.1:{self.port}{path}", timeout)

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(_STOPS_WITHIN)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def get(address: str, timeout: float) -> tuple[int, Any]:
    """Status and decoded body; 0 where nothing comes."""
    try:
        with _DIRECT.open(address, timeout=timeout) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            try:
                return error.code, json.loads(error.read())
            except (OSError, ValueError):
                return error.code, {}
    except (OSError, ValueError, http.client.HTTPException):
        return 0, {}


def paths(queries: Iterable[str]) -> list[str]:
    """How a server is asked them; each fifth counts facets too."""
    facets = "&facets=chromosome,family,go_aspect"
    return [
        f"/api/v1/search?q={quote(query)}{'' if place % 5 else facets}" for place, query in enumerate(queries)
    ]


def judged(page: Mapping[str, Any]) -> tuple[str, str]:
    """The index that answered, and what of its answer must be the same each time: the total, the genes in
    order and the facets."""
    same = [page["total"], [hit["_id"] for hit in page["hits"]], page.get("facets")]
    return page["index"]["digest"], json.dumps(same)


def difference(answer: str, right: str) -> str:
    """In what an answer is not what it should be."""
    (total, genes, facets), (wanted, those, counts) = json.loads(answer), json.loads(right)
    if total != wanted:
        return "total"
    if genes != those:
        return "order" if sorted(genes) == sorted(those) else "genes"
    return "facets" if facets != counts else "nothing"


class Watch:
    """Clients that ask without a pause, and what is to be seen each second, until it is stopped."""

    def __init__(self, server: Server, running: Running, asked: Sequence[str], clients: int) -> None:
        self._server = server
        self._running = running
        self._paths = asked
        self._over = Event()
        self.began = time.monotonic()
        self.ended = self.began
        self.answers: list[Asked] = []
        self.looks: list[Look] = []
        self.events: list[tuple[float, str]] = []
        self._threads = [Thread(target=self._ask, args=(seed,), daemon=True) for seed in range(clients)]
        self._threads.append(Thread(target=self._look, daemon=True))

    def __enter__(self) -> Watch:
        self.began = time.monotonic()
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(PATIENCE + 10)
        self.ended = time.monotonic()

    def note(self, event: str) -> None:
        self.events.append((time.monotonic(), event))

    def _ask(self, seed: int) -> None:
        order = list(range(len(self._paths)))
        chosen = random.Random(seed)  # noqa: S311
        connection = http.client.HTTPConnection("127.0.0.1", self._server.port, timeout=PATIENCE)
        while True:
            chosen.shuffle(order)
            for query in order:
                if self._over.is_set():
                    connection.close()
                    return
                began = time.monotonic()
                status, digest, answer = self._one(connection, query)
                ended = time.monotonic()
                self.answers.append(Asked(ended, ended - began, query, status, digest, answer))
                if status != 200:
                    self._over.wait(0.05)

    def _one(self, connection: http.client.HTTPConnection, query: int) -> tuple[int, str, str]:
        try:
            connection.request("GET", self._paths[query])
            response = connection.getresponse()
            body = response.read()
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            return 0, "", f"{type(error).__name__}: {error}"
        try:
            told = json.loads(body)
            if response.status == 200:
                return 200, *judged(told)
            return response.status, "", str(told["error"])
        except (ValueError, KeyError, TypeError) as error:
            return response.status, "", f"not as described: {error!r}"

    def _look(self) -> None:
        at = time.monotonic()
        while not self._over.is_set():
            status, told = self._server.get("/readyz")
            health = told.get("cluster", {}).get("status", "") if status == 200 else ""
            cluster, nodes = seen(self._running)
            ready = f"{status} {health}".strip() if status else DASH
            self.looks.append(Look(at, ready, str(told.get("error", "")), cluster, nodes))
            at = max(at + 1, time.monotonic())
            self._over.wait(max(0.0, at - time.monotonic()))

    # What came of it.

    def wrong(self, right: Right) -> list[Asked]:
        return [one for one in self.answers if one.status == 200 and not _is_right(one, right)]

    def faults(self, right: Right) -> Counter[str]:
        """What is wrong with answers, and to which query."""
        found: Counter[str] = Counter()
        for one in self.wrong(right):
            known = right.get(one.digest)
            kind = "index" if known is None else difference(one.answer, known[one.query])
            found[f"{kind} of {self._paths[one.query]}"] += 1
        return found

    def longest_without(self) -> float:
        """Seconds without a single 200."""
        moments = sorted(one.at for one in self.answers if one.status == 200)
        return max(other - one for one, other in pairwise([self.began, *moments, self.ended]))

    def statuses(self) -> Counter[int]:
        return Counter(one.status for one in self.answers)

    def messages(self) -> Counter[str]:
        """Of answers that are no 200."""
        return Counter(one.answer for one in self.answers if one.status != 200)

    def lines(self, right: Right) -> list[dict[str, Any]]:
        """Each second, from one look to the next."""
        found = []
        ends = [*(look.at for look in self.looks[1:]), self.ended]
        answers = sorted(self.answers)
        for look, end in zip(self.looks, ends, strict=True):
            these = [one for one in answers if look.at <= one.at < end]
            fine = [1000 * one.seconds for one in these if one.status == 200]
            found.append(
                {
                    "second": round(look.at - self.began),
                    "event": "; ".join(event for at, event in self.events if look.at <= at < end),
                    "readyz": look.ready,
                    "message": look.message,
                    "cluster": look.cluster,
                    "nodes": look.nodes,
                    "right": sum(one.status == 200 and _is_right(one, right) for one in these),
                    "wrong": sum(one.status == 200 and not _is_right(one, right) for one in these),
                    "503": sum(one.status == 503 for one in these),
                    "other": sum(one.status not in (200, 503) for one in these),
                    "p50": median(fine) if fine else None,
                    "slowest": max(1000 * one.seconds for one in these) if these else None,
                }
            )
        return found

    def table(self, right: Right) -> str:
        """The seconds, those together in which nothing happened and the same was to be seen."""
        head = ["seconds", "what happened", "/readyz", "cluster", "nodes"]
        head += ["right", "wrong", "503", "other", "p50 ms", "slowest ms"]
        return table(head, (_row(some) for some in _together(self.lines(right))), words=4)


def _is_right(one: Asked, right: Right) -> bool:
    return one.digest in right and right[one.digest][one.query] == one.answer


def _together(lines: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    part = 0

    def same(line: dict[str, Any]) -> tuple[Any, ...]:
        nonlocal part
        part += bool(line["event"])
        return part, line["readyz"], line["cluster"], line["nodes"]

    for _, some in groupby(lines, same):
        yield list(some)


def _row(some: Sequence[dict[str, Any]]) -> list[str]:
    first, last = some[0]["second"], some[-1]["second"]
    middles = [one["p50"] for one in some if one["p50"] is not None]
    slowest = [one["slowest"] for one in some if one["slowest"] is not None]
    return [
        f"{first}" if first == last else f"{first} to {last}",
        some[0]["event"],
        some[0]["readyz"],
        some[0]["cluster"],
        str(some[0]["nodes"] or DASH),
        *(f"{sum(one[name] for one in some):,}" for name in ("right", "wrong", "503", "other")),
        number(median(middles) if middles else None),
        number(max(slowest, default=None)),
    ]


def seen(running: Running) -> tuple[str, int]:
    """What the first node that answers says of the cluster, and of how many nodes."""
    for node in running.nodes:
        if not node.running:
            continue
        status, told = get(f"{node.url}/_cluster/health?local=false&cluster_manager_timeout=1s", 2.0)
        if status == 200:
            return told["status"], told["number_of_nodes"]
        if status:
            return "no manager", 0
    return DASH, 0
