"""The rebuild as a whole, on a real disk."""

from __future__ import annotations

import errno
import gzip
import os
import resource
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from index.build import NothingPublished, Report, build
from index.discover import find
from index.generations import REPORT, current_digest, damage, generation_path, read_manifest
from index.intake import read
from index.workers import Workers
from search import Page, open_index
from search.gene import Gene
from tests.index.conftest import PageWriter

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "data" / "samples"
HEADER = "hgnc_id\tsymbol\tname\talias_symbol\tprev_symbol\tentrez_id\n"


def search(index_dir: Path, query: str) -> Page:
    with open_index(index_dir) as genes:
        return genes.search(query)


def symbols(index_dir: Path, query: str) -> list[str]:
    return [hit.symbol for hit in search(index_dir, query).hits]


def kept_report(index_dir: Path) -> Report:
    return msgspec.json.decode((index_dir / REPORT).read_bytes(), type=Report)


def everything(folder: Path) -> dict[str, tuple[int, int]]:
    """Each file below with what changes when it is written."""
    return {
        str(path.relative_to(folder)): (path.stat().st_ino, path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(".lock")
    }


def generations_in(index_dir: Path) -> list[str]:
    return sorted(path.name for path in index_dir.iterdir() if path.name != "kept" and path.is_dir())


@pytest.fixture
def corpus(tmp_path: Path, write_page: PageWriter) -> Path:
    """Two pages: AAA binds zinc, BBB binds copper."""
    write_page(tmp_path / "in", "AAA", 1, "AAA binds zinc.")
    write_page(tmp_path / "in", "BBB", 2, "BBB binds copper.")
    return tmp_path / "in"


@pytest.fixture
def index_dir(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the sample corpus is not at hand")
def test_the_sample_corpus_becomes_a_whole_index_in_which_its_genes_are_found(index_dir: Path) -> None:
    report = build([SAMPLES], index_dir)
    generation = generation_path(index_dir, report.digest or "")
    manifest = read_manifest(generation)
    assert current_digest(index_dir) == report.digest == manifest.digest
    assert damage(generation, manifest) == []
    assert report.genes == manifest.genes == len(list((SAMPLES / "posts").glob("*.md")))
    assert report.set_aside == 0
    assert [Path(name).name for name in report.ignored] == ["README.md"]
    assert kept_report(index_dir) == report
    assert symbols(index_dir, "MT1H")[0] == "MT1H"
    assert symbols(index_dir, "TNFalpha")[0] == "TNF"
    assert "MT1H" in symbols(index_dir, "zinc homeostasis")


def test_the_same_inputs_in_any_order_and_anywhere_give_the_same_digest(tmp_path: Path, corpus: Path) -> None:
    digests = set()
    for number, sources in enumerate(
        [[corpus], sorted(corpus.iterdir()), sorted(corpus.iterdir(), reverse=True), [corpus, corpus]]
    ):
        digests.add(build(sources, tmp_path / f"index{number}").digest)
    moved = tmp_path / "moved"
    moved.mkdir()
    for number, path in enumerate(sorted(corpus.iterdir(), reverse=True)):
        (moved / f"{number}.gz").write_bytes(gzip.compress(path.read_bytes()))
    digests.add(build([moved], tmp_path / "index_moved").digest)
    assert len(digests) == 1


def test_another_content_gives_another_digest_and_the_old_generation_goes(
    corpus: Path, index_dir: Path, write_page: PageWriter
) -> None:
    first = build([corpus], index_dir)
    write_page(corpus, "BBB", 2, "BBB binds iron.")
    second = build([corpus], index_dir)
    assert first.digest != second.digest
    assert generations_in(index_dir) == [f"gen-{second.digest}"]
    assert symbols(index_dir, "iron") == ["BBB"]
    assert symbols(index_dir, "copper") == []


def test_with_unchanged_inputs_nothing_is_written_and_the_report_says_so(
    corpus: Path, index_dir: Path
) -> None:
    (corpus / "bad.txt").write_bytes(b"")
    first = build([corpus], index_dir)
    before = everything(index_dir)
    again = build([corpus], index_dir)
    assert everything(index_dir) == before
    assert again.unchanged
    assert not first.unchanged
    assert msgspec.structs.replace(again, seconds=first.seconds, unchanged=False) == first


def test_the_report_of_a_refused_rebuild_is_not_taken_for_that_of_the_published_index(
    corpus: Path, index_dir: Path
) -> None:
    first = build([corpus], index_dir)
    (corpus / "bad.txt").write_bytes(b"")
    with pytest.raises(NothingPublished):
        build([corpus], index_dir, strict=True)
    (corpus / "bad.txt").unlink()
    again = build([corpus], index_dir)
    assert (again.digest, again.genes, again.problems) == (first.digest, first.genes, ())
    assert kept_report(index_dir).digest == first.digest


def test_a_phrase_does_not_cross_from_one_sentence_into_the_next(
    corpus: Path, index_dir: Path, write_page: PageWriter
) -> None:
    write_page(corpus, "CCC", 3, "CCC binds cobalt. Nickel grows.")
    build([corpus], index_dir)
    assert symbols(index_dir, '"binds cobalt"') == ["CCC"]
    assert symbols(index_dir, '"cobalt nickel"') == []


def test_force_rebuilds_all_the_same_to_the_same_digest(corpus: Path, index_dir: Path) -> None:
    first = build([corpus], index_dir)
    with open_index(index_dir) as genes:
        again = build([corpus], index_dir, force=True)
        assert [hit.symbol for hit in genes.search("zinc").hits] == ["AAA"]
        assert [hit.symbol for hit in genes.search('"binds copper"').hits] == ["BBB"]
    assert not again.unchanged
    assert again.digest == first.digest
    assert generations_in(index_dir) == [f"gen-{first.digest}"]


def test_a_damaged_index_is_rebuilt_from_unchanged_inputs(corpus: Path, index_dir: Path) -> None:
    digest = build([corpus], index_dir).digest or ""
    records = generation_path(index_dir, digest) / "records" / "documents.u1"
    records.write_bytes(records.read_bytes()[:-1] + b"!")
    again = build([corpus], index_dir)
    assert not again.unchanged
    assert damage(generation_path(index_dir, digest), read_manifest(generation_path(index_dir, digest))) == []
    assert symbols(index_dir, "zinc") == ["AAA"]


def test_a_reader_goes_on_through_a_rebuild_and_then_answers_from_the_new_index(
    corpus: Path, index_dir: Path, write_page: PageWriter
) -> None:
    old = build([corpus], index_dir).digest
    with open_index(index_dir) as genes:
        assert genes.search("zinc").index.digest == old
        write_page(corpus, "CCC", 3, "CCC binds zinc.")
        new = build([corpus], index_dir).digest
        page = genes.search("zinc")
        assert page.index.digest == new
        assert {hit.symbol for hit in page.hits} == {"AAA", "CCC"}


def test_a_file_that_turned_bad_is_told_of_though_the_good_ones_are_unchanged(
    corpus: Path, index_dir: Path
) -> None:
    first = build([corpus], index_dir)
    (corpus / "bad.txt").write_bytes(b"")
    again = build([corpus], index_dir)
    assert [Path(problem.file).name for problem in again.problems] == ["bad.txt"]
    assert kept_report(index_dir).problems == again.problems
    assert again.digest == first.digest
    assert symbols(index_dir, "zinc") == ["AAA"]


def test_strict_with_something_set_aside_publishes_nothing_and_yesterdays_index_answers(
    corpus: Path, index_dir: Path, write_page: PageWriter
) -> None:
    yesterday = build([corpus], index_dir).digest
    write_page(corpus, "CCC", 3, "CCC binds zinc.")
    (corpus / "set.tsv").write_text(HEADER + "HGNC-9\tDDD\t\t\t\t\n", "utf-8")
    with pytest.raises(NothingPublished, match="strict") as refused:
        build([corpus], index_dir, strict=True)
    assert [(Path(one.file).name, one.line) for one in refused.value.report.problems] == [("set.tsv", 2)]
    assert kept_report(index_dir) == refused.value.report
    assert current_digest(index_dir) == yesterday
    assert symbols(index_dir, "zinc") == ["AAA"]
    assert generations_in(index_dir) == [f"gen-{yesterday}"]


def test_strict_refuses_also_what_was_published_without_it(corpus: Path, index_dir: Path) -> None:
    (corpus / "bad.txt").write_bytes(b"")
    published = build([corpus], index_dir).digest
    with pytest.raises(NothingPublished, match="strict"):
        build([corpus], index_dir, strict=True)
    assert current_digest(index_dir) == published


def test_strict_minds_neither_ignored_files_nor_warnings(corpus: Path, index_dir: Path) -> None:
    (corpus / "README.md").write_text("# About\n", "utf-8")
    page = corpus / "AAA.txt"
    page.write_text(page.read_text("utf-8").replace("from 1 datasets", "from 9 datasets"), "utf-8")
    report = build([corpus], index_dir, strict=True)
    assert report.ignored == (str(corpus / "README.md"),)
    assert [problem.severity for problem in report.problems] == ["warning"]


@pytest.mark.parametrize(
    "content", [None, b"", b"# no gene here\n", (HEADER + "HGNC-9\tX\t\t\t\t\n").encode()]
)
def test_without_a_usable_record_nothing_is_published_and_yesterdays_index_answers(
    tmp_path: Path, corpus: Path, index_dir: Path, content: bytes | None
) -> None:
    unusable = tmp_path / "unusable"
    unusable.mkdir()
    if content is not None:
        (unusable / "file").write_bytes(content)
    with pytest.raises(NothingPublished, match="no usable record"):
        build([unusable], index_dir)
    assert current_digest(index_dir) is None
    yesterday = build([corpus], index_dir).digest
    with pytest.raises(NothingPublished, match="no usable record"):
        build([unusable], index_dir)
    assert current_digest(index_dir) == yesterday
    assert symbols(index_dir, "zinc") == ["AAA"]


def test_the_report_lists_each_set_aside_with_file_line_and_reason(corpus: Path, index_dir: Path) -> None:
    rows = "HGNC:11\tGOOD\tgood gene\t\t\t\nHGNC-9\tDDD\t\t\t\t\nHGNC:12\tSHORT\n"
    (corpus / "set.tsv").write_text(HEADER + rows, "utf-8")
    (corpus / "empty").write_bytes(b"")
    report = build([corpus], index_dir)
    listed = [(Path(one.file).name, one.line) for one in kept_report(index_dir).problems]
    assert listed == [("empty", None), ("set.tsv", 3), ("set.tsv", 4)]
    assert all(one.reason for one in report.problems)
    (source,) = [source for source in report.sources if source.file.endswith("set.tsv")]
    assert (source.read, source.set_aside) == (1, 2)
    assert report.set_aside == 3


def test_a_cut_file_with_a_bad_line_before_the_cut_is_told_with_both(corpus: Path, index_dir: Path) -> None:
    rows = "HGNC-9\tBAD\t\t\t\t\n" + "".join(f"HGNC:{n}\tG{n}\tgene {n * n}\t\t\t\n" for n in range(1, 3500))
    (corpus / "set.tsv.gz").write_bytes(gzip.compress((HEADER + rows).encode())[:-300])
    report = build([corpus], index_dir)
    bad, cut = report.problems
    assert {Path(one.file).name for one in report.problems} == {"set.tsv.gz"}
    assert bad.line == 2
    assert cut.line is not None
    assert 2 < cut.line <= 3500
    assert "what follows is missing" in cut.reason
    assert symbols(index_dir, "zinc") == ["AAA"]


def test_conflicts_and_records_of_unknown_genes_are_in_the_report(corpus: Path, index_dir: Path) -> None:
    (corpus / "set.tsv").write_text(HEADER + "HGNC:5\tAAA\t\t\t\t1\nHGNC:6\tXXX\t\t\t\t1\n", "utf-8")
    (corpus / "papers.tsv").write_text("#tax_id\tGeneID\tpapers\tweight\n9606\t77\t3\t1.5\n", "utf-8")
    report = build([corpus], index_dir)
    assert report.unplaced == ("NCBIGene:77: NCBI Gene",)
    assert any("HGNC:5" in conflict and "HGNC:6" in conflict for conflict in report.conflicts)


def test_progress_is_told_stage_by_stage_and_ends_with_everything_done(corpus: Path, index_dir: Path) -> None:
    told: list[tuple[str, int, int]] = []
    build([corpus], index_dir, progress=lambda stage, done, total: told.append((stage, done, total)))
    last = {stage: (done, total) for stage, done, total in told}
    assert list(last) == ["read", "merge", "index", "sort", "publish"]
    assert all(done == total for done, total in last.values())


def build_with_file_limit(corpus: Path, index_dir: Path, limit: int) -> subprocess.CompletedProcess[str]:
    """The rebuild in a process in which every write past ``limit`` bytes of a file fails."""

    def confine() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    return subprocess.run(
        [sys.executable, "-m", "webapp", "index", str(corpus), "--index-dir", str(index_dir)],
        cwd=ROOT,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        preexec_fn=confine,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("limit", [5, 8192, 400_000], ids=lambda limit: f"{limit} bytes")
def test_a_disk_that_is_full_leaves_the_old_index_and_a_message(
    tmp_path: Path, corpus: Path, index_dir: Path, limit: int
) -> None:
    yesterday = build([corpus], index_dir).digest
    shutil.copytree(SAMPLES, corpus / "samples")
    ended = build_with_file_limit(corpus, index_dir, limit)
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    assert "Exception ignored" not in ended.stderr
    assert os.strerror(errno.EFBIG) in ended.stderr
    assert current_digest(index_dir) == yesterday
    assert generations_in(index_dir) == [f"gen-{yesterday}"]
    assert symbols(index_dir, "zinc") == ["AAA"]
    assert not build([corpus], index_dir).unchanged
    assert len(symbols(index_dir, "zinc")) > 1


def test_one_process_and_two_build_the_same_index(corpus: Path, tmp_path: Path) -> None:
    (corpus / "papers.tsv").write_text("#tax_id\tGeneID\tPubMed_ID\n9606\t1\t7\n9606\t2\t7\n", "utf-8")
    one, two = (build([corpus], tmp_path / str(number), processes=number) for number in (1, 2))
    assert one.digest == two.digest
    assert one.sources == two.sources


WITHDRAWN = "HGNC_ID\tSTATUS\tWITHDRAWN_SYMBOL\tMERGED_INTO_REPORT(S) (i.e HGNC_ID|SYMBOL|STATUS)\n"


def test_a_symbol_withdrawn_since_is_told_after_the_next_rebuild(corpus: Path, index_dir: Path) -> None:
    (corpus / "set.tsv").write_text(HEADER + "HGNC:5\tAAA\t\t\t\t1\n", "utf-8")
    withdrawn = corpus / "withdrawn.tsv"
    withdrawn.write_text(WITHDRAWN + "HGNC:8\tEntry Withdrawn\tOLD1\t\n", "utf-8")
    first = build([corpus], index_dir)
    withdrawn.write_text(withdrawn.read_text() + "HGNC:9\tEntry Withdrawn\tOLD2\t\n", "utf-8")
    second = build([corpus], index_dir)
    assert first.digest != second.digest
    assert [told.symbol for told in search(index_dir, "OLD2").query.withdrawn] == ["OLD2"]


def test_an_id_that_was_withdrawn_leads_to_its_successor_alone(corpus: Path, index_dir: Path) -> None:
    (corpus / "set.tsv").write_text(HEADER + "HGNC:5\tAAA\t\t\t\t1\n", "utf-8")
    row = "HGNC:8\tMerged/Split\tOLD1\tHGNC:5|AAA|Approved\n"
    (corpus / "withdrawn.tsv").write_text(WITHDRAWN + row, "utf-8")
    (corpus / "info.tsv").write_text(
        "#tax_id\tGeneID\tSymbol\tSynonyms\tdbXrefs\n9606\t77\tOLD1\t-\tHGNC:HGNC:8\n", "utf-8"
    )
    build([corpus], index_dir)
    first = search(index_dir, "HGNC:8").hits[0]
    assert (first.id, first.match.kind) == ("HGNC:5", "identifier")
    with open_index(index_dir) as genes:
        other = genes.gene("NCBIGene:77")
        assert isinstance(other, Gene)
        assert "hgnc" not in other.identifiers


def test_what_is_said_of_species_without_genes_is_counted_and_not_kept(corpus: Path, index_dir: Path) -> None:
    links = [f"10090\t{gene}\t7\n" for gene in range(1000, 3000)]
    (corpus / "papers.tsv").write_text(
        "#tax_id\tGeneID\tPubMed_ID\n9606\t1\t7\n9606\t99\t7\n" + "".join(links), "utf-8"
    )
    report = build([corpus], index_dir)
    (papers,) = (source for source in report.sources if source.format == "ncbi-gene2pubmed")
    assert (papers.read, papers.foreign) == (2, 2000)
    assert report.unplaced == ("NCBIGene:99: papers",)
    assert symbols(index_dir, "PMID:7") == ["AAA"]


def test_a_gene_id_that_no_array_holds_is_a_gene_all_the_same(corpus: Path, index_dir: Path) -> None:
    (corpus / "set.tsv").write_text(HEADER + "HGNC:5\tBIG\t\t\t\t5000000000\n", "utf-8")
    (corpus / "papers.tsv").write_text("#tax_id\tGeneID\tPubMed_ID\n9606\t1\t7\n", "utf-8")
    build([corpus], index_dir)
    assert symbols(index_dir, "GeneID:5000000000") == ["BIG"]


def test_a_file_that_goes_away_while_others_are_read_is_set_aside(corpus: Path, tmp_path: Path) -> None:
    inputs = find([corpus]).taken
    next(corpus.glob("AAA*")).unlink()
    with Workers(1) as workers:
        intake = read(inputs, tmp_path, workers)
    assert [Path(problem.file).name for problem in intake.problems] == ["AAA.txt"]
    assert len(intake.heads) == 1
