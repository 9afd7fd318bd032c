"""Every answer says which index it was made from."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from search import Genes


@pytest.mark.parametrize(
    "address",
    ["search?q=zinc", "search?q=nosuchword", "gene/MT1H", "gene/MT1H/related", "suggest?q=zin", "metadata",
     "list?names=MT1H&question=zinc", "paper/12081484"],
)  # fmt: skip
def test_every_answer_has_the_version_and_digest_of_its_index(
    client: FlaskClient, genes: Genes, address: str
) -> None:
    index = genes.metadata().index
    answer = client.get(f"/api/v1/{address}", follow_redirects=True)
    assert answer.get_json()["index"] == {"version": index.version, "digest": index.digest}
    assert answer.headers["Genelight-Index"] == index.digest


def test_of_many_questions_each_has_it_on_its_first_row(client: FlaskClient, genes: Genes) -> None:
    index = genes.metadata().index
    rows = client.post("/api/v1/search", json={"q": ["zinc", "nosuchword"], "size": 3}).get_json()
    told = [(row["query"], row["index"]["digest"]) for row in rows if "index" in row]
    assert told == [("zinc", index.digest), ("nosuchword", index.digest)]


@pytest.mark.parametrize("given", ["0" * 64, "0" * 12, "0", "\r\nx: y", "', '", "g" * 1000])
def test_a_link_made_from_another_index_is_answered_with_a_warning(client: FlaskClient, given: str) -> None:
    answer = client.get("/api/v1/search", query_string={"q": "zinc", "index": given})
    assert answer.status_code == 200
    (warning,) = answer.get_json()["warnings"]
    assert "was made from index" in warning["message"]
    assert "answers may differ" in warning["message"]
    page = client.get("/search", query_string={"q": "zinc", "index": given})
    assert page.status_code == 200
    assert "answers may differ" in page.text


@pytest.mark.parametrize("length", [8, 12, 64])
def test_a_link_made_from_this_index_is_answered_without_one(
    client: FlaskClient, genes: Genes, length: int
) -> None:
    digest = genes.metadata().index.digest[:length]
    for name in ("index", "digest"):
        for spelt in (digest, digest.upper()):
            asked = {"q": "zinc", name: spelt}
            assert client.get("/api/v1/search", query_string=asked).get_json()["warnings"] == []
