from __future__ import annotations

import traceback
from pathlib import Path

import pytest

from webapp.config import Config, ConfigError

SECRET = "hunter2"  # noqa: S105
URL = "https://node1:9200"


def settings(**told: str) -> Config:
    return Config.from_env(
        {"GENELIGHT_ENGINE": "opensearch"}
        | {f"GENELIGHT_OPENSEARCH_{name.upper()}": value for name, value in told.items()}
    )


def test_an_index_in_a_folder_has_no_cluster_whatever_else_is_set() -> None:
    assert Config.from_env({"GENELIGHT_OPENSEARCH_URL": "no address"}).cluster() is None
    assert Config(engine="whoosh").cluster() is None


def test_the_settings_say_where_the_cluster_is_and_how_it_is_used() -> None:
    address = settings(
        url=f"{URL}, https://node2:9201/",
        alias="genes-2",
        user="reader",
        password=SECRET,
        timeout="7",
        shards="3",
        replicas="0",
    ).cluster()
    assert address is not None
    assert address.urls == (URL, "https://node2:9201")
    assert (address.alias, address.user, address.password) == ("genes-2", "reader", SECRET)
    assert (address.timeout, address.shards, address.replicas) == (7.0, 3, 0)


def test_a_user_may_stand_in_the_address_and_is_taken_out_of_it() -> None:
    address = settings(url=f"https://reader:p%40ss@node1:9200,{URL[:-1]}1").cluster()
    assert address is not None
    assert (address.user, address.password) == ("reader", "p@ss")
    assert "reader" not in str(address.urls)


def test_a_user_of_the_settings_outdoes_that_of_the_address() -> None:
    address = settings(url="https://a:b@node1:9200", user="reader", password=SECRET).cluster()
    assert address is not None
    assert (address.user, address.password) == ("reader", SECRET)


REFUSED = [
    ({}, "GENELIGHT_OPENSEARCH_URL"),
    ({"url": " , "}, "GENELIGHT_OPENSEARCH_URL"),
    ({"url": f"reader:{SECRET}@node1:9200"}, "GENELIGHT_OPENSEARCH_URL"),
    ({"url": f"ftp://reader:{SECRET}@node1:9200"}, "GENELIGHT_OPENSEARCH_URL"),
    ({"url": f"https://reader:{SECRET}@"}, "GENELIGHT_OPENSEARCH_URL"),
    ({"url": f"https://reader:{SECRET}"}, "GENELIGHT_OPENSEARCH_URL"),
    ({"url": f"https://reader:{SECRET}@node1:port"}, "GENELIGHT_OPENSEARCH_URL"),
    ({"url": f"https://reader:{SECRET}@[node1:9200"}, "GENELIGHT_OPENSEARCH_URL"),
    ({"url": f"https://reader:{SECRET},more@node1:9200"}, "GENELIGHT_OPENSEARCH_URL"),
    ({"url": f"https://reader:{SECRET}@a:1,https://writer:{SECRET}@b:1"}, "several users"),
    ({"url": f"https://reader:{SECRET}@a:1,http://b:1"}, "both http and https"),
    ({"url": URL, "user": "reader"}, "set GENELIGHT_OPENSEARCH_PASSWORD"),
    ({"url": URL, "password": SECRET}, "set GENELIGHT_OPENSEARCH_USER"),
    ({"url": "https://reader@node1:9200"}, "set GENELIGHT_OPENSEARCH_PASSWORD"),
    ({"url": URL, "alias": "Genes"}, "GENELIGHT_OPENSEARCH_ALIAS"),
    ({"url": URL, "alias": "_all"}, "GENELIGHT_OPENSEARCH_ALIAS"),
    ({"url": URL, "alias": "genes,*"}, "GENELIGHT_OPENSEARCH_ALIAS"),
    ({"url": URL, "ca": "/nowhere/ca.pem"}, "GENELIGHT_OPENSEARCH_CA.*/nowhere/ca.pem"),
    ({"url": URL, "ca": __file__}, "GENELIGHT_OPENSEARCH_CA.*no certificate"),
    ({"url": "http://node1:9200", "ca": __file__}, "GENELIGHT_OPENSEARCH_CA is set"),
]


@pytest.mark.parametrize(("told", "message"), REFUSED)
def test_what_cannot_be_used_is_refused_and_the_variable_named(told: dict[str, str], message: str) -> None:
    with pytest.raises(ConfigError, match=message) as refused:
        settings(**told).cluster()
    assert SECRET not in "".join(traceback.format_exception(refused.value))


@pytest.mark.parametrize(("name", "value"), [("replicas", "-1"), ("shards", "0"), ("timeout", "soon")])
def test_a_number_of_the_cluster_that_is_none_is_refused(name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=f"GENELIGHT_OPENSEARCH_{name.upper()}"):
        settings(url=URL, **{name: value})


def test_an_engine_that_there_is_not_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"GENELIGHT_ENGINE must be one of columnar, .*'elastic'"):
        Config(engine="elastic").cluster()


@pytest.mark.parametrize(
    "url",
    [
        f"https://reader:{SECRET}@node1:9200",
        f"reader:{SECRET}@node1:9200",
        f"{URL},https://reader:{SECRET}@node2:9200",
        f"https://reader:{SECRET},@/@node1:9200",
        f"https://reader:{SECRET}\n@node1:9200",
    ],
)
def test_nothing_that_shows_the_settings_shows_a_secret(url: str) -> None:
    config = settings(url=url, user="writer", password=SECRET)
    for shown in (repr(config), str(config), f"{config}", repr((config,))):
        assert SECRET not in shown
        assert "node" in shown
    address = settings(url=URL, user="writer", password=SECRET, ca="").cluster()
    assert SECRET not in f"{address!r} {address}"


def test_settings_go_to_another_process_whole(tmp_path: Path) -> None:
    import pickle

    config = settings(url=URL, user="writer", password=SECRET)
    assert pickle.loads(pickle.dumps(config)) == config  # noqa: S301 - what was pickled a moment ago
