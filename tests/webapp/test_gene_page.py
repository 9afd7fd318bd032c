"""A gene's page and the genes related to it, on every face, over hand-made genes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from index.documents import Document
from index.records import AttributeValue, GoTerm
from search.gene import GeneLine
from tests.making import gene, publish, says
from tests.webapp.conftest import Placed
from tests.webapp.reading import Element, page
from webapp import create_app
from webapp.cli import main
from webapp.config import Config
from webapp.presenting import SHOWN_GROUPS, qualities, species

TERMS = (
    GoTerm(id="GO:0003674", name="molecular_function", aspect="molecular_function"),
    GoTerm(id="GO:0008270", name="zinc ion binding", aspect="molecular_function", is_a=("GO:0003674",)),
)
ZINC = says("zinc ion binding", "go", key="GO:0008270")
FAMILY = says('Zinc "fingers"', "family")
GENES = (
    gene("AAA1", ZINC, FAMILY, "AAA1 binds zinc.", id="HGNC:1", name="a one", names=[("alias", "ALPHA")]),
    gene("BBB/1", ZINC, FAMILY, id="HGNC:2", name="b <one>", names=[("alias", "BETA/B")]),
    gene("CCC1P", FAMILY, says("pseudogene", "locus_type"), id="HGNC:3", names=[("alias", "BOTH")]),
    gene("DDD1", says("transport", "go", key="GO:0003674"), id="HGNC:4", names=[("alias", "BOTH")]),
    *(gene(f"EEE{n}", says("transport", "go", key="GO:0000003"), id=f"HGNC:{50 + n}") for n in range(4)),
)
PAPERS = {pmid: ["HGNC:1", "HGNC:2"] for pmid in (7, 9, 11, 12)}
TRANSPORT = GoTerm(id="GO:0000003", name="transport", aspect="biological_process", is_a=("GO:0008150",))
ROOT = GoTerm(id="GO:0008150", name="biological_process", aspect="biological_process")


@pytest.fixture(scope="module")
def index_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("gene-page") / "index"
    publish(folder, GENES, go_terms=(*TERMS, ROOT, TRANSPORT), linked=PAPERS)
    return folder


@pytest.fixture
def client(placed: Placed, index_dir: Path) -> FlaskClient:
    return create_app(placed(index_dir)).test_client()


@pytest.fixture
def shown(tmp_path: Path) -> Callable[[Document], Element]:
    """The page of a gene that is alone in its index."""

    def over(document: Document) -> Element:
        publish(tmp_path / "alone", [document])
        client = create_app(Config(index_dir=tmp_path / "alone")).test_client()
        return page(client, f"/gene/{document.symbol}")

    return over


def section(root: Element, name: str) -> Element:
    return root.all("section", id=name)[0]


def links(element: Element) -> dict[str, str]:
    return {a.text: a.attrs["href"] for a in element.all("a")}


# The page


def test_related_genes_are_listed_with_their_reasons_and_everything_is_linked(client: FlaskClient) -> None:
    related = section(page(client, "/gene/AAA1"), "related")
    first, second = related.all("ul", class_="related")[0].children[1:4:2]
    assert isinstance(first, Element)
    assert isinstance(second, Element)
    assert "b <one>" in first.text
    assert links(first) == {
        "BBB/1": "/gene/BBB/1",
        "PMID\xa012": "https://pubmed.ncbi.nlm.nih.gov/12/",
        "PMID\xa011": "https://pubmed.ncbi.nlm.nih.gov/11/",
        "PMID\xa09": "https://pubmed.ncbi.nlm.nih.gov/9/",
        "zinc ion binding": "/search?q=GO:0008270",
        'Zinc "fingers"': "/search?q=family:%22Zinc+fingers%22",
    }
    reasons = {reason.text for reason in first.all("ul", class_="reasons")[0].all("li")}
    assert reasons == {
        "4 papers in common: PMID\xa012, PMID\xa011, PMID\xa09, …",
        "1 specific GO term in common: zinc ion binding",
        'same family: Zinc "fingers"',
    }
    assert "pseudogene" in second.text
    assert related.all("a", href="/api/v1/gene/HGNC:1/related")


def test_a_gene_without_related_ones_has_no_such_section(shown: Callable[[Document], Element]) -> None:
    root = shown(gene("AAA1", "AAA1 is alone."))
    assert not root.all("section", id="related")
    assert not root.all("a", href="#related")


def test_every_section_is_in_the_contents_and_leads_somewhere(client: FlaskClient) -> None:
    root = page(client, "/gene/AAA1")
    contents = [a.attrs["href"][1:] for nav in root.all("nav") for a in nav.all("a")]
    assert [part.attrs["id"] for part in root.all("section")] == contents
    assert "related" in contents


def associated(text: str, **attributes: AttributeValue) -> Any:
    return msgspec.structs.replace(says(text, "association", by="computed"), attributes=attributes)


def test_associations_are_told_by_their_dataset_and_whether_they_are_negative(
    shown: Callable[[Document], Element],
) -> None:
    root = shown(
        gene(
            "AAA1",
            associated("AAA1 has 3 functional associations.", associations=3),
            associated("zinc", dataset="Chemicals", standardized=1.432, threshold=1.0),
            associated("chemical", kind="category"),
            associated("liver", dataset="Tissues", threshold=-1.0),
            associated("copper", dataset="Chemicals", threshold=1.0),
        )
    )
    association = section(root, "association")
    assert [heading.text for heading in association.all("h3")] == ["Associated with", "Chemicals", "Tissues"]
    lists = [[item.text for item in some.all("li")] for some in association.all("ul")]
    assert lists == [["chemical"], ["zinc standardized value 1.432", "copper"], ["liver negative"]]
    assert association.all("p", class_="prose")[0].text.strip() == "AAA1 has 3 functional associations."


def test_of_very_many_datasets_the_rest_is_folded_and_counted(shown: Callable[[Document], Element]) -> None:
    some = [associated("zinc", dataset=f"Set {n}") for n in range(SHOWN_GROUPS + 2)]
    (folded,) = section(shown(gene("AAA1", *some)), "association").all("details")
    assert folded.all("summary")[0].text == "2 more headings"
    assert len(folded.all("h3")) == 2


@pytest.mark.parametrize(("taxid", "said"), [(9606, "Human"), (10090, "Mouse"), (9615, "taxon 9615")])
def test_a_gene_s_page_says_its_species(shown: Callable[[Document], Element], taxid: int, said: str) -> None:
    root = shown(msgspec.structs.replace(gene("AAA1"), taxon=taxid))
    assert said in root.all("p", class_="facts")[0].text
    assert species(taxid) == said


def test_identifiers_link_to_who_gives_them_and_others_to_nobody(
    shown: Callable[[Document], Element],
) -> None:
    given = [("hgnc", "7400"), ("ensembl", "ENSG00000205358"), ("omim", "javascript:alert(1)")]
    (side,) = shown(gene("AAA1", identifiers=given)).all("aside")
    assert links(side) == {
        "7400": "https://www.genenames.org/data/gene-symbol-report/#!/hgnc_id/HGNC:7400",
        "ENSG00000205358": "https://www.ensembl.org/id/ENSG00000205358",
    }
    assert "javascript:alert(1)" in side.text


def test_a_threshold_that_is_no_number_qualifies_nothing() -> None:
    assert qualities(GeneLine("zinc", (), (), None, {"threshold": "-1"})) == []


# The API


def test_related_genes_are_answered_with_each_reason_by_its_kind(client: FlaskClient) -> None:
    answer = client.get("/api/v1/gene/AAA1/related")
    body = answer.get_json()
    assert (answer.status_code, body["_id"], body["symbol"]) == (200, "HGNC:1", "AAA1")
    assert answer.headers["Genelight-Index"] == body["index"]["digest"]
    first = body["genes"][0]
    assert (first["_id"], first["symbol"]) == ("HGNC:2", "BBB/1")
    assert {reason["kind"] for reason in first["reasons"]} == {"papers", "family", "terms"}
    assert first["_score"] == pytest.approx(sum(reason["score"] for reason in first["reasons"]))
    assert len(client.get("/api/v1/gene/AAA1/related?size=1").get_json()["genes"]) == 1


def test_a_name_with_a_slash_has_related_genes_too(client: FlaskClient) -> None:
    assert client.get("/api/v1/gene/BBB/1/related").get_json()["_id"] == "HGNC:2"
    assert client.get("/api/v1/gene/BBB/1").get_json()["_id"] == "HGNC:2"


@pytest.mark.parametrize("name", ["ALPHA", "aaa1"])
def test_another_name_leads_to_the_gene_s_related_ones_and_keeps_the_size(
    client: FlaskClient, name: str
) -> None:
    answer = client.get(f"/api/v1/gene/{name}/related?size=1&_external=1&name=x")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/api/v1/gene/HGNC:1/related?size=1"


def test_a_name_of_several_or_of_none_is_told(client: FlaskClient) -> None:
    several = client.get("/api/v1/gene/BOTH/related")
    assert (several.status_code, len(several.get_json()["owners"])) == (300, 2)
    none = client.get("/api/v1/gene/NOSUCH/related")
    assert (none.status_code, none.get_json()["success"]) == (404, False)


@pytest.mark.parametrize("size", ["-1", "101", "x", "9" * 400])
def test_a_size_that_cannot_be_is_a_typed_error(client: FlaskClient, size: str) -> None:
    answer = client.get(f"/api/v1/gene/AAA1/related?size={size}")
    assert answer.status_code == 400
    assert "size" in answer.get_json()["error"]


# The command line


def test_related_in_json_is_the_endpoint_s_body(client: FlaskClient, index_dir: Path) -> None:
    arguments = ["gene", "ALPHA", "--related", "--index-dir", str(index_dir)]
    ran = CliRunner().invoke(main, [*arguments, "--json"])
    assert ran.exit_code == 0
    assert ran.stdout_bytes == client.get("/api/v1/gene/AAA1/related").data + b"\n"
    told = CliRunner().invoke(main, arguments).stdout
    assert "BBB/1  b <one>  HGNC:2" in told
    assert "1 specific GO term in common: zinc ion binding" in told


def test_without_related_genes_the_command_line_says_so(index_dir: Path) -> None:
    ran = CliRunner().invoke(main, ["gene", "DDD1", "--related", "--index-dir", str(index_dir)])
    assert ran.exit_code == 0
    assert "No gene shares" in ran.stdout
    assert (
        CliRunner().invoke(main, ["gene", "BOTH", "--related", "--index-dir", str(index_dir)]).exit_code == 1
    )
