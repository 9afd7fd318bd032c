"""A cluster behind TLS that knows its users: what is asked of it, and what is never told of the password."""

from __future__ import annotations

import base64
import logging
import traceback
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from index.cluster import Cluster, ClusterAddress, ClusterUnavailable
from tests.cluster.https_proxy import PASSWORD, USER, Guard, guarded
from tests.cluster.nodes import Running

Guarded = tuple[Guard, Path]


@pytest.fixture(scope="module")
def guard(opensearch: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    with guarded(opensearch.nodes[0].port, tmp_path_factory.mktemp("guard")) as made:
        yield made


def secrets_of(password: str) -> list[str]:
    """The forms in which a password could be met."""
    header = base64.b64encode(f"{USER}:{password}".encode()).decode()
    return [password, quote(password, safe=""), quote(password), header]


def why_not(address: ClusterAddress, log: pytest.LogCaptureFixture) -> str:
    """What is said of a cluster that does not answer; fails where that or the log tells a password."""
    with log.at_level(logging.DEBUG), pytest.raises(ClusterUnavailable) as caught:
        Cluster(address).health()
    told = "".join(traceback.format_exception(caught.value)) + log.text + repr(address) + str(address)
    assert not [secret for secret in secrets_of(address.password) if secret in told]
    return str(caught.value)


def test_an_authority_a_user_and_a_password_open_it(guard: Guarded) -> None:
    server, ca = guard
    cluster = Cluster(ClusterAddress(urls=(server.url,), ca=ca, user=USER, password=PASSWORD))
    assert cluster.health()["number_of_nodes"] == 1
    cluster.close()


def test_user_and_password_may_stand_in_the_address(guard: Guarded) -> None:
    server, ca = guard
    url = server.url.replace("//", f"//{USER}:{quote(PASSWORD, safe='')}@")
    cluster = Cluster(ClusterAddress(urls=(url,), ca=ca))
    assert cluster.health()["number_of_nodes"] == 1
    assert not [secret for secret in secrets_of(PASSWORD) if secret in f"{cluster!r} {cluster.address!r}"]
    cluster.close()


@pytest.mark.parametrize("wrong", ["not this", PASSWORD + "x", ""])
def test_a_wrong_password_is_named_as_the_cause_and_never_shown(
    guard: Guarded, wrong: str, caplog: pytest.LogCaptureFixture
) -> None:
    server, ca = guard
    wrong = wrong or "empty-handed"
    message = why_not(ClusterAddress(urls=(server.url,), ca=ca, user=USER, password=wrong), caplog)
    assert "user and password" in message


def test_a_user_without_rights_is_told_so_and_the_password_is_not(
    guard: Guarded, caplog: pytest.LogCaptureFixture
) -> None:
    server, ca = guard
    server.forbidden = True
    try:
        message = why_not(ClusterAddress(urls=(server.url,), ca=ca, user=USER, password=PASSWORD), caplog)
    finally:
        server.forbidden = False
    assert "rights" in message


def test_a_certificate_that_nobody_vouches_for_is_refused(
    guard: Guarded, caplog: pytest.LogCaptureFixture
) -> None:
    server, _ = guard
    message = why_not(ClusterAddress(urls=(server.url,), user=USER, password=PASSWORD), caplog)
    assert "certificate" in message


def test_who_wishes_may_trust_any_certificate(guard: Guarded) -> None:
    server, _ = guard
    cluster = Cluster(ClusterAddress(urls=(server.url,), verify=False, user=USER, password=PASSWORD))
    assert cluster.health()["number_of_nodes"] == 1
    cluster.close()


def test_an_address_without_tls_where_it_is_asked_for_is_no_cluster(
    guard: Guarded, caplog: pytest.LogCaptureFixture
) -> None:
    server, _ = guard
    url = server.url.replace("https", "http")
    why_not(ClusterAddress(urls=(url,), user=USER, password=PASSWORD, timeout=1, attempts=2), caplog)
