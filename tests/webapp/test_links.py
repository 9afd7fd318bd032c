from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.links import doi_url, go_url, identifier_url, pmid_url


@pytest.mark.parametrize("pmid", ["1", "28241806"])
def test_a_pmid_leads_to_pubmed(pmid: str) -> None:
    assert pmid_url(pmid) == f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/"


@pytest.mark.parametrize("pmid", [None, "", "0", "0123", "123456789", "12a", "1/../..", "１２", "12\n"])
def test_what_is_no_pmid_has_no_link(pmid: str | None) -> None:
    assert pmid_url(pmid) is None


@pytest.mark.parametrize(
    ("doi", "path"),
    [
        ("10.1186/s12885-017-3139-2", "10.1186/s12885-017-3139-2"),
        ("10.1021/bi020030+", "10.1021/bi020030%2B"),
        ("10.1002/(SICI)1<1::AID>3.0;2-#", "10.1002/%28SICI%291%3C1%3A%3AAID%3E3.0%3B2-%23"),
        ('10.1000/a"b?c', "10.1000/a%22b%3Fc"),
        ("10.1000/ä", "10.1000/%C3%A4"),
    ],
)
def test_a_doi_is_percent_encoded(doi: str, path: str) -> None:
    assert doi_url(doi) == f"https://doi.org/{path}"


@pytest.mark.parametrize(
    "doi",
    [None, "", "10.1186", "10.1186/", "11.1186/x", "javascript:alert(1)", "10.1186/a b", "10.1/x",
     "10.1186/../x", "10.1186/\ud800", "https://doi.org/10.1186/x", "10.1186/" + "x" * 300],
)  # fmt: skip
def test_what_is_no_doi_has_no_link(doi: str | None) -> None:
    assert doi_url(doi) is None


@pytest.mark.parametrize("key", [None, "", "GO:1", "GO:00082701", "go:0008270", "GO:0008270/x"])
def test_what_is_no_go_id_has_no_link(key: str | None) -> None:
    assert go_url(key) is None


def test_a_go_id_leads_to_amigo() -> None:
    assert go_url("GO:0008270") == "https://amigo.geneontology.org/amigo/term/GO:0008270"


@pytest.mark.parametrize(
    ("namespace", "value", "host"),
    [
        ("hgnc", "7400", "www.genenames.org"),
        ("ncbigene", "4496", "www.ncbi.nlm.nih.gov"),
        ("ensembl", "ENSG00000205358", "www.ensembl.org"),
        ("ensembl", "ENSG00000205358.4", "www.ensembl.org"),
        ("ensembl", "ENSMUSG00000031765", "www.ensembl.org"),
        ("uniprot", "P80294", "www.uniprot.org"),
        ("uniprot", "A0A024RBG1", "www.uniprot.org"),
        ("uniprot_entry", "MT1H_HUMAN", "www.uniprot.org"),
        ("omim", "156354", "www.omim.org"),
        ("refseq", "NM_005951", "www.ncbi.nlm.nih.gov"),
    ],
)
def test_an_identifier_leads_to_its_database(namespace: str, value: str, host: str) -> None:
    address = identifier_url(namespace, value)
    assert address is not None
    assert urlsplit(address).hostname == host
    assert address.endswith(value)


@pytest.mark.parametrize(
    ("namespace", "value"),
    [
        ("hgnc", "HGNC:7400"),
        ("hgnc", "0"),
        ("ncbigene", "44/96"),
        ("ensembl", "ENST00000332374"),
        ("uniprot", "80294"),
        ("omim", "1"),
        ("nobody", "7400"),
    ],
)
def test_what_has_not_the_form_of_its_database_has_no_link(namespace: str, value: str) -> None:
    assert identifier_url(namespace, value) is None


@given(st.text())
def test_no_text_chooses_the_host(text: str) -> None:
    for address in (pmid_url(text), doi_url("10.1000/" + text), go_url(text), identifier_url("hgnc", text)):
        if address is not None:
            assert urlsplit(address).scheme == "https"
            assert urlsplit(address).hostname in (
                "pubmed.ncbi.nlm.nih.gov",
                "doi.org",
                "amigo.geneontology.org",
                "www.genenames.org",
            )
            assert address.isascii()
