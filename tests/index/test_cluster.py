"""A cluster is asked until it gives a whole answer, and says plainly why where it gives none."""

from __future__ import annotations

import logging
import socket
from base64 import b64encode
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

import index.cluster
from index.cluster import (
    Busy,
    Cluster,
    ClusterAddress,
    ClusterUnavailable,
    Conflict,
    NoSuchIndex,
    Refused,
)
from tests.index.answering_server import (
    Answering,
    Reply,
    answering,
    fails,
    half,
    hangs_up,
    html,
    listed,
    says,
    silent,
    truncated,
)

SECRET = "pa55-wörd"  # noqa: S105
GREEN = says({"status": "green"})
WHOLE: dict[str, Any] = {"_shards": {"total": 2, "failed": 0}, "timed_out": False, "hits": {"hits": []}}


def asking(*servers: Answering, **told: Any) -> Cluster:
    return Cluster(ClusterAddress(urls=tuple(server.url for server in servers), **{"timeout": 5.0, **told}))


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_password_is_shown_by_no_message_and_no_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    url = f"http://joe:pa55%2Dw%C3%B6rd@127.0.0.1:{closed_port()}"
    cluster = Cluster(ClusterAddress(urls=(url,), attempts=2))
    with pytest.raises(ClusterUnavailable, match="no node of the cluster answers at http") as refused:
        cluster.request("POST", "/_search", {"query": SECRET})
    assert (cluster.address.user, cluster.address.password) == ("joe", SECRET)
    shown = [repr(cluster), repr(cluster.address), str(cluster.address), str(refused.value), caplog.text]
    shown += [repr(list(cluster.address.__rich_repr__()))]
    assert not any(one in told for told in shown for one in (SECRET, "pa55", "joe"))


def test_what_is_no_address_is_refused_without_showing_a_password() -> None:
    for url in (f"joe:{SECRET}@host:9200", f"ftp://joe:{SECRET}@host", f"http://joe:{SECRET}@host:port", ""):
        with pytest.raises(ValueError, match="no URL such as https://host:9200") as refused:
            ClusterAddress(urls=(url,))
        assert "joe" not in str(refused.value)
    with pytest.raises(ValueError, match="several users"):
        ClusterAddress(urls=("http://one@host", "http://other@host"))
    with pytest.raises(ValueError, match="alias"):
        ClusterAddress(urls=("http://host",), alias="Genes*")


def test_the_user_and_password_are_sent_as_they_are() -> None:
    with answering(GREEN) as server:
        asking(server, user="joe", password=SECRET).health()
        sent = server.asked[0].headers["authorization"]
    assert sent == "Basic " + b64encode(f"joe:{SECRET}".encode()).decode()


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        (fails(503, "cluster_manager_not_discovered_exception"), "cannot answer now"),
        (fails(500, "node_not_connected_exception"), "cannot answer now"),
        (
            fails(503, "search_phase_execution_exception", "all shards failed"),
            "may be red .all shards failed",
        ),
        (fails(429, "rejected_execution_exception"), "too much to do"),
        (listed, "cannot answer now"),
        (html, "does not answer as OpenSearch does"),
        (half, "does not answer as OpenSearch does"),
        (truncated, "no node of the cluster answers"),
        (hangs_up, "no node of the cluster answers"),
        (silent, "no answer within 0.2 s"),
    ],
)
def test_what_may_pass_is_asked_again_and_told_if_it_does_not(bad: Reply, told: str) -> None:
    with answering(bad, GREEN) as server:
        assert asking(server, timeout=0.2).health() == {"status": "green"}
        assert len(server.asked) == 2
    with answering(bad) as server, pytest.raises(ClusterUnavailable, match=told) as raised:
        asking(server, timeout=0.2, attempts=2).health()
    assert raised.value.passing
    assert len(server.asked) == 2


@pytest.mark.parametrize(
    ("bad", "kind", "told"),
    [
        (fails(401, "security_exception"), ClusterUnavailable, "user and password"),
        (fails(403, "security_exception"), ClusterUnavailable, "does not permit this"),
        (
            fails(429, "cluster_block_exception", "disk usage exceeded"),
            ClusterUnavailable,
            "read-only .disk usage",
        ),
        (fails(400, "parsing_exception", "unknown query"), Refused, "unknown query"),
        (fails(503, "too_many_buckets_exception", "65536 buckets"), Refused, "65536 .*max_buckets"),
        (fails(409, "version_conflict_engine_exception"), Conflict, "told so"),
        (fails(500, "null_pointer_exception"), ClusterUnavailable, "the cluster failed"),
        (fails(404, "index_not_found_exception", "no such index [x]"), NoSuchIndex, "no such index"),
    ],
)
def test_what_does_not_pass_is_asked_once(bad: Reply, kind: type[Exception], told: str) -> None:
    with answering(bad) as server, pytest.raises(kind, match=told):
        asking(server).request("POST", "/x/_search", {})
    assert len(server.asked) == 1


def test_another_node_is_asked_where_one_is_gone_and_that_one_is_left_alone() -> None:
    with answering(GREEN) as alive, answering(fails(503, "not_ready")) as ill:
        gone = f"http://127.0.0.1:{closed_port()}"
        cluster = Cluster(ClusterAddress(urls=(gone, ill.url, alive.url)))
        assert [cluster.health()["status"] for _ in range(50)] == ["green"] * 50
        assert len(ill.asked) < 5


def test_a_question_larger_than_nodes_take_is_refused_before_it_is_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(index.cluster, "_LARGEST", 1_000_000)
    large = {"query": {"terms": {"n": list(range(200_000))}}}
    with answering(says(WHOLE)) as server:
        for ask in (lambda: asking(server).search("x", large), lambda: asking(server).msearch("x", [large])):
            with pytest.raises(Refused, match="larger than the 1 MB"):
                ask()
        assert not server.asked
        asking(server).bulk("x", b"{}\n" * 400_000, 5.0)
        assert len(server.asked) == 1


def test_a_search_is_given_up_by_the_cluster_before_nobody_waits_for_it_any_more() -> None:
    with answering(says(WHOLE), says({"responses": [WHOLE, WHOLE]})) as server:
        cluster = asking(server, timeout=5.0)
        cluster.search("x", {"size": 0})
        cluster.msearch("x", [{"size": 0}, {"size": 1}])
    bodies = [msgspec.json.decode(line) for asked in server.asked for line in asked.body.splitlines()]
    assert [body["timeout"] for body in bodies if "size" in body] == ["4000ms"] * 3


PARTIAL = {
    **WHOLE,
    "_shards": {"total": 2, "failed": 1, "failures": [{"reason": {"type": "x", "reason": "lost"}}]},
}


@pytest.mark.parametrize(
    ("answer", "told"),
    [(PARTIAL, "1 of 2 shards failed: lost"), ({**WHOLE, "timed_out": True}, "ran out of time")],
)
def test_a_part_of_an_answer_is_none(answer: dict[str, Any], told: str) -> None:
    failed = {
        "error": {"type": "search_phase_execution_exception", "reason": "all shards failed"},
        "status": 503,
    }
    cases: list[tuple[Reply, Callable[[Cluster], object], str]] = [
        (says(answer), lambda cluster: cluster.search("x", {}), told),
        (says({"responses": [WHOLE, answer]}), lambda cluster: cluster.msearch("x", [{}, {}]), told),
        (says({"responses": [failed]}), lambda cluster: cluster.msearch("x", [{}]), "all shards failed"),
        (says({"docs": [failed]}), lambda cluster: cluster.mget("x", ["1"], ["row"]), "all shards failed"),
    ]
    for bad, ask, why in cases:
        with answering(bad) as server, pytest.raises(ClusterUnavailable, match=why):
            ask(asking(server, attempts=2))
        assert len(server.asked) == 2


def test_a_bulk_that_a_busy_cluster_refuses_is_told_at_once() -> None:
    with answering(fails(429, "rejected_execution_exception")) as server, pytest.raises(Busy):
        asking(server).bulk("x", b"{}\n", 5)
    assert len(server.asked) == 1


def test_a_bulk_tells_which_items_were_not_taken() -> None:
    refused = {"status": 429, "error": {"type": "rejected_execution_exception", "reason": "full"}}
    wrong = {"status": 400, "error": {"type": "mapper_parsing_exception", "reason": "strict"}}
    answer = {"errors": True, "items": [{"index": one} for one in ({"status": 201}, refused, wrong)]}
    with answering(says(answer)) as server:
        told = asking(server).bulk("x", b"{}\n", 5)
    assert told == [
        (1, 429, "rejected_execution_exception: full"),
        (2, 400, "mapper_parsing_exception: strict"),
    ]


def test_a_real_node_is_told_apart_from_one_without_the_index(cluster: Cluster) -> None:
    index = f"{cluster.address.alias}-some"
    with pytest.raises(NoSuchIndex):
        cluster.search(index, {})
    assert not cluster.request("HEAD", f"/{index}")
    cluster.request("PUT", f"/{index}")
    assert cluster.bulk(index, b'{"index":{"_id":"1"}}\n{"a":1,"b":2}\n', 10) == []
    assert cluster.mget(index, ["1", "2"], ["a"]) == [{"a": 1}, None]
    assert cluster.request("GET", f"/{index}/_doc/2")["found"] is False
    with pytest.raises(Refused, match="unknown query"):
        cluster.search(index, {"query": {"foo": {}}})
    cluster.request("PUT", f"/{index}/_settings", {"index.blocks.read_only_allow_delete": True})
    with pytest.raises(ClusterUnavailable, match=r"read-only .*make room"):
        cluster.bulk(index, b'{"index":{"_id":"1"}}\n{"a":1}\n', 10)


def test_an_index_without_its_shards_is_no_empty_answer(cluster: Cluster) -> None:
    index = f"{cluster.address.alias}-red"
    settings = {"index.routing.allocation.require._name": "nobody"}
    cluster.request("PUT", f"/{index}", {"settings": settings}, {"wait_for_active_shards": "0"})
    for ask in (lambda: cluster.search(index, {}), lambda: cluster.mget(index, ["1"], ["a"])):
        with pytest.raises(ClusterUnavailable, match="may be red"):
            ask()
