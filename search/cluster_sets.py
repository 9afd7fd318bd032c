"""Genes that a cluster found, as questions that are asked only as far as somebody wants the answer.

What one request asks is gathered: the first that wants to know how many are in a set asks for all sets of the
request of which nobody asked yet, and the first that wants to know which of some genes are in one asks it for
all sets and for the genes that were found best.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from threading import Lock

import msgspec
import numpy as np

from index.cluster import Cluster
from index.cluster_layout import BLOCK
from search.cluster_queries import MOST_CLAUSES, Dsl, all_of, clauses, of_numbers
from search.engines import Docs, Held, Listed, Which

_FEW = 1000
"""Up to so many genes are asked about by their numbers; for more the whole set is read."""
_BUCKETS = 60_000
"""Blocks of genes that are read at once; a cluster gives 65,535 unless it is set otherwise."""
_AT_ONCE = 60
"""Questions of sets that are asked together."""
_KEPT = 20_000
_SET = "set "
"""Names begin so that are given to sets; what is asked of a set may have names of its own."""
_MET = "hits.hits._id,hits.hits.matched_queries,_shards,timed_out"
_BLOCKS = "aggregations,_shards,timed_out"


class Counts:
    """How many genes meet a question, of many questions; a generation never changes.  Safe to share between
    threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: dict[bytes, int] = {}

    def get(self, key: bytes) -> int | None:
        with self._lock:
            return self._known.get(key)

    def put(self, key: bytes, count: int) -> None:
        with self._lock:
            self._known[key] = count
            if len(self._known) > _KEPT:
                del self._known[next(iter(self._known))]


class Sets:
    """The sets of one request."""

    def __init__(self, cluster: Cluster, index: str, genes: int, counts: Counts) -> None:
        self._cluster, self._index, self._genes = cluster, index, genes
        self._counts = counts
        self._open: list[ClusterHeld] = []
        """Of which nobody asked yet how many they are."""
        self._wanted: list[ClusterHeld] = []
        """Of which somebody wanted to know more."""
        self._best: list[int] = []

    def set_of(self, matching: Dsl) -> ClusterHeld:
        held = ClusterHeld(self, matching)
        self._open.append(held)
        return held

    def met_best(self, docs: Docs) -> None:
        """Genes about which is likely to be asked."""
        self._best = docs[:_FEW].tolist()

    def count(self, held: ClusterHeld) -> int:
        wanted = [*self._open] if held in self._open else [held]
        self._open = []
        self._wanted += [one for one in wanted if one not in self._wanted]
        counted = self.counts([one.matching for one in wanted])
        for one, count in zip(wanted, counted, strict=True):
            one.counted = count
        return counted[wanted.index(held)]

    def counts(self, questions: Sequence[Dsl]) -> list[int]:
        """How many genes meet each of some questions."""
        keys = [_key(question) for question in questions]
        found = {key: self._counts.get(key) for key in keys}
        new = {key: question for key, question in zip(keys, questions, strict=True) if found[key] is None}
        asked = [
            {"size": 0, "track_total_hits": True, "query": all_of([question])} for question in new.values()
        ]
        for at in range(0, len(asked), _AT_ONCE):
            answers = self._cluster.msearch(self._index, asked[at : at + _AT_ONCE])
            for key, answer in zip(list(new)[at : at + _AT_ONCE], answers, strict=True):
                found[key] = count = int(answer["hits"]["total"]["value"])
                self._counts.put(key, count)
        return [found[key] or 0 for key in keys]

    def among(self, held: ClusterHeld, docs: Docs) -> Which:
        if len(docs) > _FEW:
            return Listed(held.docs).among(docs)
        if held not in self._wanted:
            self._wanted.append(held)
        asked = docs.tolist()
        if any(doc not in held.told for doc in asked):
            self._tell(dict.fromkeys((*asked, *self._best)))
        return np.array([held.told[doc] for doc in asked], np.bool_)

    def _tell(self, docs: Iterable[int]) -> None:
        """Which of some genes are in which sets."""
        listed = sorted(docs)
        wanted = [held for held in self._wanted if not held.told.keys() >= set(listed)]
        for some in _fitting(wanted):
            body = {
                "size": len(listed),
                "sort": ["_doc"],
                "_source": False,
                "query": {
                    "bool": {
                        "filter": [of_numbers("n", np.array(listed))],
                        "should": [
                            {"bool": {"filter": [held.matching], "_name": f"{_SET}{place}"}}
                            for place, held in enumerate(some)
                        ],
                        "minimum_should_match": 0,
                    }
                },
            }
            answer = self._cluster.search(self._index, body, {"filter_path": _MET})
            for held in some:
                held.told.update(dict.fromkeys(listed, False))
            for hit in answer.get("hits", {}).get("hits", ()):
                for name in hit.get("matched_queries", ()):
                    if name.startswith(_SET):
                        some[int(name.removeprefix(_SET))].told[int(hit["_id"])] = True

    def numbers(self, matching: Dsl) -> Docs:
        """All that meet a question, ascending: block by block as the bits of a sum."""
        span = _BUCKETS * BLOCK
        found = []
        for first in range(0, self._genes, span):
            inside: list[Dsl] = [matching]
            if self._genes > span:
                inside.append({"range": {"n": {"gte": first, "lt": first + span}}})
            body = {
                "size": 0,
                "track_total_hits": False,
                "query": all_of(inside) if len(inside) > 1 else {"bool": {"filter": inside}},
                "aggs": {
                    "blocks": {
                        "terms": {"field": "block", "size": _BUCKETS, "order": {"_key": "asc"}},
                        "aggs": {"bits": {"sum": {"field": "bit"}}},
                    }
                },
            }
            answer = self._cluster.search(self._index, body, {"filter_path": _BLOCKS})
            buckets = answer.get("aggregations", {}).get("blocks", {}).get("buckets", ())
            blocks = np.array([bucket["key"] for bucket in buckets], np.int64)
            bits = np.array([bucket["bits"]["value"] for bucket in buckets], np.float64).astype(np.int64)
            rows, places = (bits[:, None] >> np.arange(BLOCK) & 1).nonzero()
            found.append((blocks[rows] * BLOCK + places).astype(np.int32))
        return np.concatenate(found) if found else np.zeros(0, np.int32)


class ClusterHeld:
    """Genes that meet a question."""

    def __init__(self, sets: Sets, matching: Dsl) -> None:
        self.matching = matching
        self.counted: int | None = None
        self.told: dict[int, bool] = {}
        """Of genes about which it was asked whether they are in the set."""
        self._sets = sets
        self._docs: Docs | None = None

    def __len__(self) -> int:
        return self._sets.count(self) if self.counted is None else self.counted

    def among(self, docs: Docs) -> Which:
        if self._docs is not None:
            return Listed(self._docs).among(docs)
        return self._sets.among(self, docs) if len(docs) else np.zeros(0, np.bool_)

    @property
    def docs(self) -> Docs:
        if self._docs is None:
            self._docs = self._sets.numbers(self.matching)
            self.counted = len(self._docs)
        return self._docs

    def both(self, other: Held) -> Held:
        return self._sets.set_of(all_of(questions([self, other])))


def questions(sets: Sequence[Held], room: int = MOST_CLAUSES) -> list[Dsl]:
    """What some sets are asked by together; those that are asked of most fields are listed instead, until
    there is room for all."""
    asked = [question(held) for held in sets]
    sizes = [clauses(one) for one in asked]
    for place in sorted(range(len(sets)), key=lambda place: -sizes[place]):
        if sum(sizes) <= room or sizes[place] == 1:
            break
        asked[place] = of_numbers("n", sets[place].docs)
        sizes[place] = clauses(asked[place])
    return asked


def question(held: Held) -> Dsl:
    """What a set is asked by."""
    return held.matching if isinstance(held, ClusterHeld) else of_numbers("n", held.docs)


def _fitting(sets: Sequence[ClusterHeld]) -> list[list[ClusterHeld]]:
    """Sets, as many at once as a question may ask for."""
    found: list[list[ClusterHeld]] = []
    room = 0
    for held in sets:
        size = clauses(held.matching)
        if size > room:
            found.append([])
            room = MOST_CLAUSES
        found[-1].append(held)
        room -= size
    return found


def _key(question: Dsl) -> bytes:
    encoded = msgspec.json.encode(question)
    return encoded if len(encoded) <= 64 else sha256(encoded).digest()
