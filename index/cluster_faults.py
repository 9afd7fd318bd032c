"""What it means when a cluster does not answer as it should.

Messages hold what the cluster gives as its reason, on one line and cut, and never what it was sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_LONGEST_REASON = 300
_READ_ONLY = "cluster_block_exception"
_CLOSED = "index_closed_exception"
_GONE = "index_not_found_exception"
_ALIAS_GONE = "alias ["
_TOO_MANY = "too_many_buckets_exception"
"""Said with the status 503, though another try ends likewise."""
_EXPIRED = "search_context_missing_exception"
_NO_SHARDS = (
    "no_shard_available_action_exception",
    "unavailable_shards_exception",
    "search_phase_execution_exception",
)
_WENT = frozenset(
    {
        "connect_transport_exception",
        "node_closed_exception",
        "node_disconnected_exception",
        "node_not_connected_exception",
        "receive_timeout_transport_exception",
    }
)
"""One node lost another; said with the status 500."""
AGAIN = frozenset({408, 429, 502, 503, 504})
"""Statuses after which another node, or the same a moment later, may answer."""


class ClusterUnavailable(Exception):
    """The cluster gives no whole answer; the message says what is wrong and what to do."""

    passing = False
    """Whether it may pass by itself."""


class NoSuchIndex(ClusterUnavailable):
    """An index or alias is not there: that generation is gone, or was never loaded."""


class Expired(ClusterUnavailable):
    """A point in time is gone; ask again from the beginning."""


class Overloaded(ClusterUnavailable):
    """It has too much to do."""


class Refused(Exception):
    """The cluster does not take what it was asked; the message names its reason."""


class Conflict(Refused):
    """A document is there already, or changed meanwhile."""


class Busy(Exception):
    """The cluster took nothing of a bulk because it has too much to do."""


class Passing(Exception):
    """A fault that another node, or another try, may not have; ``last`` is raised when none is left."""

    def __init__(self, last: ClusterUnavailable) -> None:
        super().__init__(str(last))
        last.passing = True
        self.last = last


def check(status: int, answer: Any) -> None:
    """Raise what a status that is no success means; ``answer`` is the body as far as it is JSON.

    Raises:
        Passing: with what it is if it lasts.
        ClusterUnavailable, Refused: trying again does not help.
    """
    kinds = kinds_of(answer)
    reason = reason_of(answer) or f"status {status}"
    if _READ_ONLY in kinds:
        raise _blocked(reason)
    if status == 404:
        if _EXPIRED in kinds:
            raise Expired("the point in time of this answer is gone; ask again from the beginning")
        if _GONE in kinds or reason.startswith(_ALIAS_GONE):
            raise NoSuchIndex(f"{reason}; if it was never loaded, run: genelight index --engine opensearch")
    if status == 401:
        raise ClusterUnavailable(
            f"the cluster does not accept the user and password ({reason}); set those of a user it knows"
        )
    if status == 403:
        raise ClusterUnavailable(
            f"the cluster does not permit this ({reason}); give the user rights to the alias and its indices"
        )
    if status == 409:
        raise Conflict(reason)
    if status == 429:
        raise Passing(Overloaded(f"the cluster has too much to do ({reason}); try again later"))
    if _CLOSED in kinds:
        raise ClusterUnavailable(
            f"an index of the cluster is closed ({reason}); open it, or run: genelight index --force"
        )
    if status < 400:
        raise ClusterUnavailable(
            "another address stands for that of the cluster (a redirection); set that one"
        )
    if _TOO_MANY in kinds:
        raise Refused(f"{reason} (search.max_buckets of the cluster)")
    if any(kind in kinds for kind in _NO_SHARDS):
        raise Passing(_red(reason))
    if status in AGAIN or kinds & _WENT:
        raise Passing(
            ClusterUnavailable(f"the cluster cannot answer now ({reason}); see GET /_cluster/health there")
        )
    if status >= 500:
        raise ClusterUnavailable(f"the cluster failed ({reason}); its log tells more")
    raise Refused(reason)


def check_hits(answer: Mapping[str, Any]) -> None:
    """Raise what keeps an answer to a search from being whole.

    Raises:
        Passing, ClusterUnavailable, Refused: as ``check`` does.
    """
    if "error" in answer:
        check(int(answer.get("status", 500)), answer)
    shards = answer.get("_shards", {})
    if failed := shards.get("failed", 0):
        first = next(iter(shards.get("failures", ())), None)
        reason = reason_of({"error": first})
        raise Passing(_red(f"{failed} of {shards.get('total')} shards failed: {reason}"))
    if answer.get("timed_out"):
        raise Passing(ClusterUnavailable("the cluster ran out of time; ask for less, or try again later"))


def check_document(document: Mapping[str, Any]) -> None:
    """Raise what keeps a document of several from being read.

    Raises:
        Passing, ClusterUnavailable, Refused: as ``check`` does.
    """
    if "error" in document:
        check(404 if _GONE in kinds_of(document) else 503, document)


def check_item(item: Mapping[str, Any]) -> None:
    """Raise where an item of a bulk was not taken because the index takes none.

    Raises:
        ClusterUnavailable: it is read-only.
    """
    if _READ_ONLY in kinds_of(item):
        raise _blocked(reason_of(item))


def _blocked(reason: str) -> ClusterUnavailable:
    if "no master" in reason or "state not recovered" in reason or "cluster_manager" in reason:
        return ClusterUnavailable(f"the cluster has no manager ({reason}); see that most of its nodes run")
    return ClusterUnavailable(
        f"the cluster is read-only ({reason}); where a disk is too full, make room or add a node, "
        "then lift the block (index.blocks.read_only_allow_delete)"
    )


def _red(reason: str) -> ClusterUnavailable:
    return ClusterUnavailable(
        f"a part of the index cannot be reached, the cluster may be red ({reason}); "
        "see GET /_cluster/allocation/explain there"
    )


def kinds_of(answer: Any) -> set[str]:
    """The types of an error and of its causes."""
    error = answer.get("error") if isinstance(answer, Mapping) else None
    found: set[str] = set()
    for cause in _causes(error):
        kind = cause.get("type")
        if isinstance(kind, str):
            found.add(kind)
    return found


def reason_of(answer: Any) -> str:
    """The reason the cluster gives, the innermost that says something; empty where it gives none."""
    error = answer.get("error") if isinstance(answer, Mapping) else None
    if isinstance(error, str):
        return _cut(error)
    reasons = [cause.get("reason") for cause in _causes(error)]
    kinds = [cause.get("type") for cause in _causes(error)]
    said = [one for one in (*reasons[1:], *reasons[:1], *kinds) if isinstance(one, str) and one]
    return _cut(said[0]) if said else ""


def _causes(error: Any) -> list[Mapping[str, Any]]:
    """The error itself, its root causes, what caused it, and that of failed shards, a few levels deep."""
    found: list[Mapping[str, Any]] = []
    coming = [error]
    while coming and len(found) < 20:
        one = coming.pop(0)
        if isinstance(one, Mapping):
            found.append(one)
            for inner in (one.get("root_cause"), one.get("caused_by"), one.get("failed_shards")):
                coming += inner if isinstance(inner, list) else [inner]
            if isinstance(one.get("reason"), Mapping):
                coming.append(one["reason"])
    return found


def _cut(reason: str) -> str:
    line = " ".join(reason.split())
    return line if len(line) <= _LONGEST_REASON else line[: _LONGEST_REASON - 1] + "…"
