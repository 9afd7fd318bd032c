"""What benchmarks/cluster_faults.py works on: a cluster, its server, and two indexes that take turns."""

from __future__ import annotations

import argparse
import subprocess
import time
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import msgspec

from benchmarks.cluster_watch import Server, Watch, get, judged, paths
from benchmarks.corpus import plain, reduced
from benchmarks.peer_queries import EXTRA, MAIN, draw
from index.cluster import Cluster, ClusterAddress
from index.cluster_encoding import body, prepare, runs
from index.cluster_published import current
from index.generations import current_generation
from index.store import RecordStore
from search import open_index
from tests.cluster.nodes import Running
from tests.running import COMMAND, ROOT, environment

ALIAS = "faults"
REPLICAS = 1
_GREEN_WITHIN = 180.0
_LOAD_WITHIN = 900.0
_FOLLOWS_WITHIN = 60.0
_DRAWN_FROM = 4000
"""Genes."""
_AT_ONCE = 250


class Corpus(NamedTuple):
    """What is loaded, and the columnar index of it, which tells what is right."""

    sources: list[Path]
    generation: Path
    digest: str
    genes: int


class Command(NamedTuple):
    """How a load ended."""

    code: int
    """-9: it had to be killed."""
    seconds: float
    said: str


class Records(NamedTuple):
    """All records of the published index, compared with what was to be loaded."""

    compared: int
    missing: int
    different: int


class Load:
    """``genelight index``, while it runs."""

    def __init__(self, bench: Bench, corpus: Corpus) -> None:
        self._bench = bench
        self._there = bench.indices()
        self._said = bench.scratch / "said"
        arguments = ["index", *corpus.sources, "--force", "--json", "--index-dir", bench.scratch / "builder"]
        self._began = time.monotonic()
        with self._said.open("wb") as said:
            self._process = subprocess.Popen(
                [*COMMAND, *map(str, arguments)],
                cwd=ROOT,
                env=environment(**bench.variables),
                stdout=subprocess.DEVNULL,
                stderr=said,
            )

    def over(self) -> bool:
        return self._process.poll() is not None

    def taken(self) -> int:
        """Genes that the cluster took so far."""
        for node in self._bench.running.nodes:
            if not node.running:
                continue
            status, told = get(f"{node.url}/{ALIAS}-*-genes/_stats/indexing", 5)
            if status == 200:
                new = [one for name, one in told["indices"].items() if name not in self._there]
                return max((one["primaries"]["indexing"]["index_total"] for one in new), default=0)
        return 0

    def end(self) -> Command:
        """Wait until it has ended."""
        try:
            code = self._process.wait(max(1.0, self._began + _LOAD_WITHIN - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.stop()
            code = -9
        seconds = time.monotonic() - self._began
        return Command(code, seconds, self._said.read_text("utf-8", "replace").strip().rpartition("\n")[2])

    def stop(self) -> None:
        if not self.over():
            self._process.kill()
            self._process.wait()


class Bench:
    """Within ``with`` the first index is published and served."""

    def __init__(self, started: Running, scratch: Path, given: argparse.Namespace) -> None:
        self.running = started
        self.nodes = started.nodes
        self.scratch = scratch
        self.variables = {
            "GENELIGHT_ENGINE": "opensearch",
            "GENELIGHT_OPENSEARCH_URL": ",".join(started.urls),
            "GENELIGHT_OPENSEARCH_ALIAS": ALIAS,
            "GENELIGHT_OPENSEARCH_SHARDS": str(given.shards),
            "GENELIGHT_OPENSEARCH_REPLICAS": str(REPLICAS),
        }
        self.cluster = Cluster(ClusterAddress(urls=started.urls, alias=ALIAS, timeout=30.0))
        self._given = given
        self.corpora: dict[str, Corpus] = {}
        self.right: dict[str, list[str]] = {}
        self.queries: list[str] = []
        self.paths: list[str] = []
        self.agreement = ""
        self._server: Server | None = None
        self._held = ExitStack()

    def __enter__(self) -> Bench:
        given = self._given
        with self._held:
            self._held.callback(self.cluster.close)
            for name, sources in (("one", given.sources), ("other", given.other)):
                corpus = self._columnar(name, sources)
                self.corpora[corpus.digest] = corpus
            if len(self.corpora) < 2:
                raise SystemExit("both indexes hold the same; name another one with --other")
            first = next(iter(self.corpora.values()))
            self.queries = _queries(first, given.queries, given.seed)
            self.paths = paths(self.queries)
            ended = self.load(first).end()
            if ended.code:
                raise SystemExit(f"the first load failed: {ended.said}")
            self._server = Server(self.scratch / "builder", self.variables, self.scratch / "served")
            self._held.callback(self._server.stop)
            self.agreement = "; ".join(self.learn())
            self._held = self._held.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._held.close()

    def _columnar(self, name: str, sources: list[Path]) -> Corpus:
        folder = self.scratch / name
        arguments = ["index", *sources, "--engine", "columnar", "--index-dir", folder]
        done = subprocess.run(
            [*COMMAND, *map(str, arguments)], cwd=ROOT, env=environment(), capture_output=True, text=True
        )
        generation = current_generation(folder)
        if done.returncode or generation is None:
            raise SystemExit(f"no columnar index of {name}: {done.stderr[-2000:]}")
        return Corpus(sources, generation, generation.name.partition("-")[2], prepare(generation))

    def watch(self) -> Watch:
        assert self._server is not None
        return Watch(self._server, self.running, self.paths, self._given.clients)

    def load(self, corpus: Corpus) -> Load:
        """Begin to load an index, even if it is there already."""
        load = Load(self, corpus)
        self._held.callback(load.stop)
        return load

    @property
    def down(self) -> float:
        return float(self._given.down)

    @property
    def searches(self) -> int:
        return int(self._given.searches)

    def whole(self) -> None:
        """Wait until all nodes and all copies are there."""
        self.running.wait(len(self.nodes), seconds=_GREEN_WITHIN)

    def indices(self) -> set[str]:
        return set(self.cluster.request("GET", f"/{ALIAS}-*/_alias"))

    def published(self) -> str:
        place = current(self.cluster)
        assert place is not None
        return place.digest

    def learn(self) -> list[str]:
        """Once for each index that is published: ask everything while all is well; what came of it."""
        digest = self.published()
        if digest in self.right:
            return []
        answers, wrong = [], 0
        with open_index(self.corpora[digest].generation.parent) as genes:
            for path, query in zip(self.paths, self.queries, strict=True):
                total, answer = self._answer(path, digest)
                answers.append(answer)
                wrong += total != genes.search(query, size=0).total
        self.right[digest] = answers
        return [f"{wrong} of {len(answers)} totals are not those of the columnar index of the same sources"]

    def _answer(self, path: str, digest: str) -> tuple[int, str]:
        """From that index: of two worker processes one may be a moment behind."""
        assert self._server is not None
        deadline = time.monotonic() + _FOLLOWS_WITHIN
        while time.monotonic() < deadline:
            status, told = self._server.get(path, _FOLLOWS_WITHIN)
            if status != 200:
                raise SystemExit(f"{path} was answered with {status} while all was well: {told}")
            index, answer = judged(told)
            if index == digest:
                return told["total"], answer
            time.sleep(0.2)
        raise SystemExit(f"the server did not go over to {digest}")

    def compared(self) -> Records:
        """Every record of the published index is read."""
        place = current(self.cluster)
        assert place is not None
        corpus = self.corpora[place.digest]
        compared = missing = different = 0
        for run in runs(corpus.generation):
            lines = body(run).split(b"\n")
            heads, sources = lines[:-1:2], lines[1::2]
            for start in range(0, len(heads), _AT_ONCE):
                ids = [msgspec.json.decode(one)["create"]["_id"] for one in heads[start : start + _AT_ONCE]]
                stored = self.cluster.mget(place.genes, ids, ["row", "record"])
                for source, there in zip(sources[start : start + _AT_ONCE], stored, strict=True):
                    wanted = msgspec.json.decode(source)
                    compared += 1
                    missing += there is None
                    different += there not in (None, {name: wanted[name] for name in ("row", "record")})
        if compared != corpus.genes:
            raise SystemExit(f"{compared} records were compared, not {corpus.genes}")
        return Records(compared, missing, different)


def _queries(corpus: Corpus, wanted: int, seed: int) -> list[str]:
    """Drawn from the genes' names and texts."""
    store = RecordStore(corpus.generation)
    step = max(1, store.genes // _DRAWN_FROM)
    documents = [store.document(doc) for doc in range(0, store.genes, step)]
    store.close()
    drawn = draw(map(plain, map(reduced, documents)), [], seed)
    return list(dict.fromkeys(query.text for query in drawn if query.kind in {*MAIN, *EXTRA}))[:wanted]
