"""The command line.  Needs the index (conftest), except where ``tmp_path`` holds another."""

from __future__ import annotations

import gzip
import json
import os
import pty
import re
import shutil
import struct
import subprocess
import termios
from collections.abc import Callable, Iterator
from fcntl import ioctl
from pathlib import Path

import click
import msgspec
import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient

from index.build import Report
from index.generations import current_digest, generation_path, read_manifest
from index.publishing import rebuilding
from index.records import Reference
from search import Genes
from search.page import Hit
from tests import docs_cli, making
from tests.running import COMMAND, ROOT, SAMPLES, environment, genelight
from webapp.cli import main

Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, settings: dict[str, str]) -> Run:
    """Runs a command in this process, where no variable of Genelight's is set but those of the cluster."""
    for name in [name for name in os.environ if name not in environment(**settings)]:
        monkeypatch.delenv(name)

    def invoke(*arguments: str | Path, **variables: str) -> Result:
        texts = [str(argument) for argument in arguments]
        result = CliRunner().invoke(main, texts, prog_name="genelight", color=True, env=variables)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    return invoke


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """A folder with one good page, one empty file and one that no format claims."""
    folder = tmp_path / "pages"
    folder.mkdir()
    shutil.copy(SAMPLES / "harmonizome-text" / "MT1H.txt", folder)
    (folder / "empty.txt").touch()
    (folder / "notes.txt").write_text("nothing about genes\n", "utf-8")
    return folder


# Help


@pytest.mark.parametrize("context", list(docs_cli.walk(main)), ids=lambda context: context.command_path)
def test_every_command_and_every_option_has_help(context: click.Context) -> None:
    assert context.command.help
    for parameter in context.command.get_params(context):
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.opts
        else:
            assert parameter.make_metavar(context).strip("[].") in context.get_help()


@pytest.mark.parametrize("context", list(docs_cli.walk(main)), ids=lambda context: context.command_path)
def test_the_reference_is_what_help_says(context: click.Context) -> None:
    arguments = [*context.command_path.split()[1:], "--help"]
    result = CliRunner().invoke(main, arguments, prog_name="genelight", terminal_width=docs_cli.WIDTH)
    documented = (ROOT / "docs" / "CLI.md").read_text("utf-8")
    section = documented.partition(f"## {context.command_path}\n\n```\n")[2].partition("\n```\n")[0]
    assert [line.rstrip() for line in result.output.splitlines()] == section.splitlines()


def test_the_reference_is_up_to_date() -> None:
    documented = (ROOT / "docs" / "CLI.md").read_text("utf-8")
    assert documented == docs_cli.reference(), "run: python -m tests.docs_cli > docs/CLI.md"


def test_python_dash_m_webapp_is_the_command() -> None:
    ran = genelight("--help")
    assert ran.returncode == 0
    assert "Full-text search for what is written about genes" in ran.stdout
    for name in main.commands:
        assert re.search(rf"^  {name} ", ran.stdout, re.MULTILINE)


# Rebuild


def test_a_rebuild_tells_what_it_read_and_set_aside(run: Run, pages: Path, tmp_path: Path) -> None:
    result = run("index", pages, "--index-dir", tmp_path / "index")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert "harmonizome-text: 1 file, 1 read, 0 set aside" in lines
    assert f"set aside {pages / 'empty.txt'}: empty file; remove it or restore it from its source" in lines
    digest = current_digest(tmp_path / "index")
    assert re.fullmatch(rf"genes 1, seconds [0-9.]+, digest {digest}", lines[-1])
    assert lines[-3].startswith("set aside 1, ")
    assert lines[-3].endswith("ignored 1, superseded 0")
    assert lines[-2] == f"all listed in {tmp_path / 'index' / 'report.json'}"
    kept = msgspec.json.decode((tmp_path / "index" / "report.json").read_bytes(), type=Report)
    assert kept.ignored == (str(pages / "notes.txt"),)


def test_a_rebuild_that_is_no_terminal_s_is_quiet(run: Run, pages: Path, tmp_path: Path) -> None:
    result = run("index", pages, "--index-dir", tmp_path / "index")
    stages = [line.partition(":")[0] for line in result.stderr.splitlines()]
    assert stages == ["read", "merge", "index", "sort", "publish"]


def test_a_rebuild_in_json_is_the_report(run: Run, pages: Path, tmp_path: Path) -> None:
    result = run("index", pages, "--index-dir", tmp_path / "index", "--json")
    assert result.exit_code == 0
    told = msgspec.json.decode(result.stdout, type=Report)
    assert told == msgspec.json.decode((tmp_path / "index" / "report.json").read_bytes(), type=Report)
    assert (told.genes, told.set_aside, told.digest) == (1, 1, current_digest(tmp_path / "index"))
    assert not told.unchanged


def test_unchanged_inputs_are_said_and_leave_the_index(run: Run, pages: Path, tmp_path: Path) -> None:
    arguments = ("index", pages, "--index-dir", tmp_path / "index")
    run(*arguments)
    manifest = generation_path(tmp_path / "index", current_digest(tmp_path / "index") or "") / "manifest.json"
    built = manifest.read_bytes()
    again = run(*arguments)
    assert again.exit_code == 0
    assert again.stdout.startswith("Unchanged: the published index was made of these inputs (1 gene).")
    assert manifest.read_bytes() == built
    assert json.loads(run(*arguments, "--json").stdout)["unchanged"] is True
    forced = run(*arguments, "--force")
    assert forced.exit_code == 0
    assert "Unchanged" not in forced.stdout


def test_another_engine_is_built_from_unchanged_inputs_and_answers_the_same_genes(
    run: Run, pages: Path, tmp_path: Path
) -> None:
    arguments = ["index", pages, "--index-dir", tmp_path / "index", "--json"]
    query = ["search", "zinc ion binding", "--index-dir", tmp_path / "index", "--json"]
    found = set()
    for option, engine in (([], "columnar"), (["--engine", "whoosh"], "whoosh"), ([], "columnar")):
        report = json.loads(run(*arguments, *option).stdout)
        assert not report["unchanged"]
        assert json.loads(run(*arguments, *option).stdout)["unchanged"]
        info = json.loads(run("info", "--verify", "--index-dir", tmp_path / "index", "--json").stdout)
        assert (info["manifest"]["engine"], info["damage"]) == (engine, [])
        hits = json.loads(run(*query).stdout)["hits"]
        found.add(tuple(sorted(hit["_id"] for hit in hits)))
    assert len(found) == 1
    assert found != {()}


def test_the_engine_is_that_of_the_variable_and_an_option_outdoes_it(
    run: Run, pages: Path, tmp_path: Path
) -> None:
    def engine_of(*option: str) -> str:
        index_dir = tmp_path / "-".join(["index", *option])
        run("index", pages, "--index-dir", index_dir, *option, GENELIGHT_ENGINE="whoosh")
        return str(json.loads(run("info", "--index-dir", index_dir, "--json").stdout)["manifest"]["engine"])

    assert engine_of() == "whoosh"
    assert engine_of("--engine", "columnar") == "columnar"


def test_a_variable_that_names_no_engine_is_wrong_use(run: Run, pages: Path, tmp_path: Path) -> None:
    result = run("index", pages, "--index-dir", tmp_path / "index", GENELIGHT_ENGINE="nosuch")
    assert result.exit_code == 2
    assert "GENELIGHT_ENGINE must be one of columnar, whoosh" in result.stderr
    assert not (tmp_path / "index").exists()


def test_nothing_usable_publishes_nothing(run: Run, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("nothing about genes\n", "utf-8")
    result = run("index", tmp_path / "notes.txt", "--index-dir", tmp_path / "index")
    assert result.exit_code == 1
    assert "Error: no usable record in the given sources; nothing published" in result.stderr
    assert current_digest(tmp_path / "index") is None


def test_strict_publishes_nothing_when_something_is_set_aside(run: Run, pages: Path, tmp_path: Path) -> None:
    arguments = ("index", pages, "--index-dir", tmp_path / "index", "--strict")
    result = run(*arguments)
    assert result.exit_code == 1
    assert "Error: 1 set aside and --strict given; nothing published" in result.stderr
    assert "empty.txt" in result.stdout
    assert current_digest(tmp_path / "index") is None
    (pages / "empty.txt").unlink()
    assert run(*arguments).exit_code == 0


def test_a_missing_source_is_wrong_use(run: Run, tmp_path: Path) -> None:
    result = run("index", tmp_path / "nowhere", "--index-dir", tmp_path / "index")
    assert result.exit_code == 2
    assert f"{tmp_path / 'nowhere'} does not exist" in result.stderr
    assert not (tmp_path / "index").exists()


def test_without_data_here_it_says_to_name_the_sources(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("index")
    assert result.exit_code == 2
    assert "data does not exist; name the files or folders to index" in result.stderr
    assert not list(tmp_path.iterdir())


def test_a_second_rebuild_says_who_holds_the_index(run: Run, pages: Path, tmp_path: Path) -> None:
    with rebuilding(tmp_path / "index"):
        result = genelight("index", pages, "--index-dir", tmp_path / "index")
    assert result.returncode == 1
    assert f"another rebuild (process {os.getpid()} on " in result.stderr
    assert "Traceback" not in result.stderr
    assert run("index", pages, "--index-dir", tmp_path / "index").exit_code == 0


INFO = "#tax_id\tGeneID\tSymbol\tSynonyms\tdbXrefs\ttype_of_gene\n"


def put(folder: Path, **tables: str) -> None:
    for name, rows in tables.items():
        (folder / name).write_text(rows, "utf-8")


def test_rows_left_out_are_counted_by_reason_in_report_and_info(run: Run, tmp_path: Path) -> None:
    regions = "".join(f"9606\t{n}\tLOC{n}\t-\t-\tbiological-region\n" for n in range(2, 5))
    place = "9606\t9\tNEWENTRY\t-\t-\tother\n"
    links = "#tax_id\tGeneID\tPubMed_ID\n9606\t1\t7\n10090\t5\t7\n10090\t5\t8\n"
    put(tmp_path, info=f"{INFO}9606\t1\tAAA\t-\t-\tother\n{regions}{place}", links=links)
    told = run("index", tmp_path, "--index-dir", tmp_path / "index").stdout
    kept = run("info", "--index-dir", tmp_path / "index").stdout
    left_out = "4 left out (biological region 3, place for papers only 1)"
    for shown in (told, kept):
        assert f"ncbi-gene-info: 1 file, 1 read, 0 set aside, {left_out}" in shown
        assert "ncbi-gene2pubmed: 1 file, 1 read, 0 set aside, 2 of other species" in shown


def test_whole_files_go_before_single_lines_and_a_file_shows_a_few_of_them(run: Run, tmp_path: Path) -> None:
    bad = "9606\tx\tBBB\t-\t-\tother\n" * 2000
    cut = "9606\t2\tCCC\t-\t-\tother"
    put(tmp_path, a_lines=f"{INFO}9606\t1\tAAA\t-\t-\tother\n{bad}{cut}", z_empty="")
    told = run("index", tmp_path, "--index-dir", tmp_path / "index").stdout
    lines = [line for line in COLOUR.sub("", told).splitlines() if "a_lines" in line or "z_empty" in line]
    assert lines[0].startswith(f"set aside {tmp_path / 'z_empty'}: empty file")
    assert [line.partition(": ")[0] for line in lines[1:4]] == [
        f"set aside {tmp_path / 'a_lines'}:{number}" for number in (3, 4, 5)
    ]
    assert lines[4:] == [f"  … and 1,998 more like this in {tmp_path / 'a_lines'}"]


def test_where_a_file_breaks_off_goes_before_its_single_lines(run: Run, tmp_path: Path) -> None:
    numbers = "".join(f"9606\t{n}\tG{n}\t-\t-\tother\n" for n in range(1, 5000))
    data = gzip.compress(f"{INFO}{'9606 bad' + chr(10)}{numbers}".encode())
    (tmp_path / "cut.gz").write_bytes(data[: len(data) // 2])
    lines = run("index", tmp_path, "--index-dir", tmp_path / "index").stdout.splitlines()
    aside = [line for line in lines if line.startswith(f"set aside {tmp_path}")]
    assert ["cannot be read from here on" in line for line in aside] == [True, False]


def test_a_warning_is_shown_and_not_as_set_aside(run: Run, tmp_path: Path) -> None:
    put(tmp_path, info=f"{INFO}9606\t1\tAAA\t-\t-\tother")
    told = run("index", tmp_path, "--index-dir", tmp_path / "index").stdout
    assert f"warning {tmp_path / 'info'}:2: the last line has no line end" in told
    assert "set aside 0, warnings 1, " in told


def test_of_very_many_files_twenty_problems_are_shown_and_the_rest_counted(run: Run, tmp_path: Path) -> None:
    put(tmp_path, info=f"{INFO}9606\t1\tAAA\t-\t-\tother", **dict.fromkeys(map("e{}".format, range(30)), ""))
    told = run("index", tmp_path, "--index-dir", tmp_path / "index").stdout
    assert told.count("empty file; ") == 20
    assert "… and 11 more\n" in told


@pytest.mark.parametrize(
    ("many", "named"),
    [(2, "f0.txt, {0}/f1.txt\n"), (7, "f0.txt, {0}/f1.txt, {0}/f2.txt, {0}/f3.txt, {0}/f4.txt and 2 more\n")],
)
def test_ignored_files_are_named_when_nothing_was_published(
    run: Run, tmp_path: Path, many: int, named: str
) -> None:
    for number in range(many):
        (tmp_path / f"f{number}.txt").write_text("nothing about genes\n", "utf-8")
    result = run("index", tmp_path, "--index-dir", tmp_path / "index")
    assert result.exit_code == 1
    assert f"ignored, since no format claims it: {tmp_path}/{named.format(tmp_path)}" in result.stdout


# Search


def test_search_in_json_is_the_endpoint_s_body(run: Run, client: FlaskClient, index_dir: Path) -> None:
    result = run(
        "search", "zinc", "homeostasis", "--size", "3", "--from", "1", "--index-dir", index_dir, "--json"
    )
    assert result.exit_code == 0
    asked = client.get("/api/v1/search", query_string={"q": "zinc homeostasis", "size": 3, "from": 1})
    assert _without_took(result.stdout_bytes) == _without_took(asked.data + b"\n")
    assert b'"took":0,' in _without_took(asked.data)


def test_filters_order_and_facets_are_the_endpoint_s(run: Run, client: FlaskClient, index_dir: Path) -> None:
    options = ["--filter=chromosome:16", "--filter=NOT symbol:MT3", "--sort=-symbol", "--facet=family"]
    result = run("search", "metallothionein", *options, "--index-dir", index_dir, "--json")
    asked = client.get(
        "/api/v1/search?q=metallothionein&filter=chromosome:16&filter=NOT+symbol:MT3&sort=-symbol&facets=family"
    )
    assert _without_took(result.stdout_bytes) == _without_took(asked.data + b"\n")
    shown = run("search", "metallothionein", *options, "--index-dir", index_dir).stdout
    assert "family: Metallothioneins 9\n" in shown


def test_a_strict_search_says_where_the_query_goes_wrong(run: Run, index_dir: Path) -> None:
    result = run("search", "zinc (copper", "--strict", "--index-dir", index_dir)
    assert result.exit_code == 2
    assert "a bracket is not closed (at character 6)" in result.stderr


def test_search_tells_what_was_folded_and_the_query_that_refuses_it(run: Run, index_dir: Path) -> None:
    shown = run("search", "TNFalpha", "--index-dir", index_dir).stdout
    assert 'TNFalpha read as TNF-alpha = TNFα = TNFA; exact only: "TNFalpha"' in shown
    assert "read as" not in run("search", "mt1h", "--index-dir", index_dir).stdout


def test_search_shows_as_many_as_the_endpoint_does(
    run: Run, index_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def shown(*options: str) -> int:
        return len(
            json.loads(run("search", "zinc", "--index-dir", index_dir, "--json", *options).stdout)["hits"]
        )

    assert shown() == 10
    monkeypatch.setenv("GENELIGHT_PAGE_SIZE", "4")
    assert shown() == 4
    assert shown("--size", "2") == 2


def test_search_shows_what_the_page_shows(run: Run, genes: Genes, index_dir: Path) -> None:
    shown = run("search", "zinc homeostasis", "--index-dir", index_dir).stdout
    page = genes.search("zinc homeostasis")
    at = 0
    for hit in page.hits:
        for text in _texts(hit):
            found = shown.find(text, at)
            assert found >= 0, text
            at = found
    assert f"{page.total} genes" in shown[at:]
    assert page.index.digest[:12] in shown[at:]


def _texts(hit: Hit) -> Iterator[str]:
    """What a hit shows, in order."""
    yield f"{hit.symbol}  {hit.name}  {hit.id}"
    yield hit.match.reason
    for highlight in hit.highlights:
        yield highlight.sentence
        yield f"[{highlight.section}, {highlight.provenance}: {highlight.source}]"
        for ref in highlight.refs:
            yield f"[{ref.n}]"
            yield from (f"PMID {ref.pmid}",) if ref.pmid else ()
            yield from (f"doi:{ref.doi}",) if ref.doi else ()


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["search", "zinc"], 0, "genes"),
        (["search", "nosuchgenexyz"], 1, "No gene answers."),
        (["search", "zinc", "--from", "1000"], 1, "No more genes."),
        (["search", "zinc", "--from", "9" * 30], 1, "No more genes."),
        (["search", "zinc", "--size", "0"], 1, "17 genes, "),
        (["search", ""], 1, "No gene answers."),
        (["search", "--", "-copper", "zinc"], 0, "genes"),
        (["search", "mt1hh"], 1, "Did you mean: MT1H"),
        (["search", "zinc AND"], 0, "warning: "),
        (["search", "zinc nosuchwordxyz"], 0, "missing: nosuchwordxyz"),
        (["search"], 2, "Missing argument"),
        (["search", "zinc", "--size", "x"], 2, "--size"),
        (["search", "zinc", "--size", "-1"], 2, "must not be negative"),
        (["search", "zinc", "--from", "-1"], 2, "must not be negative"),
        (["search", "z" * 10_001], 2, "10,001 characters long"),
        (["search", "zinc", "--colour"], 2, "No such option"),
        (["search", "\udcff"], 1, "No gene answers."),
        (["gene", "MT1H"], 0, "metallothionein 1H"),
        (["gene", "mt-1h"], 0, "metallothionein 1H"),
        (["gene", "4496"], 0, "metallothionein 1H"),
        (["gene", "nosuch"], 1, "No gene is named nosuch."),
        (["gene", "MT1HX"], 1, "MT1H"),
        (["gene", "\udcff"], 1, "No gene is named \N{REPLACEMENT CHARACTER}."),
        (["gene"], 2, "Missing argument"),
        (["gene", "MT1H", "MT1G"], 2, "unexpected extra argument"),
        (["info"], 0, "genes 32"),
        (["info", "--verify"], 0, " verified"),
        (["serve", "--port", "0"], 2, "--port"),
        (["serve", "--workers", "0"], 2, "--workers"),
        (["index", "--engine", "nosuch"], 2, "--engine"),
    ],
)  # fmt: skip
def test_the_exit_code_tells_what_came_of_it(
    run: Run, index_dir: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], code: int, said: str
) -> None:
    monkeypatch.setenv("GENELIGHT_INDEX_DIR", str(index_dir))
    result = run(*arguments)
    assert result.exit_code == code
    assert said in (result.stderr if code == 2 else result.stdout)
    assert code != 2 or not result.stdout


@pytest.mark.parametrize(
    "arguments",
    [("search", "zinc"), ("search", "zinc", "--json"), ("gene", "MT1H"), ("info",), ("info", "--verify")],
)
def test_without_an_index_it_says_what_to_run(run: Run, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    result = run(*arguments, "--index-dir", tmp_path / "none")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("Error: no index in ")
    assert "genelight index" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_a_setting_that_is_no_number_is_wrong_use(run: Run, index_dir: Path) -> None:
    result = run("search", "zinc", "--index-dir", index_dir, GENELIGHT_PAGE_SIZE="many")
    assert result.exit_code == 2
    assert "GENELIGHT_PAGE_SIZE must be a whole number" in result.stderr


def test_an_option_outdoes_the_variable_and_the_variable_the_usual_folder(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in ("option", "variable", "var/index"):
        making.publish(tmp_path / place, [making.gene(place.upper(), "Binds zinc.")])
    monkeypatch.chdir(tmp_path)

    def found(*options: str) -> str:
        symbol: str = json.loads(run("search", "zinc", "--json", *options).stdout)["hits"][0]["symbol"]
        return symbol

    assert found() == "VAR/INDEX"
    monkeypatch.setenv("GENELIGHT_INDEX_DIR", "variable")
    assert found() == "VARIABLE"
    assert found("--index-dir", "option") == "OPTION"
    monkeypatch.setenv("GENELIGHT_INDEX_DIR", "")
    assert found() == "VAR/INDEX"


# A gene and the index


def test_gene_in_json_is_the_endpoint_s_body(run: Run, client: FlaskClient, index_dir: Path) -> None:
    result = run("gene", "MT-0", "--index-dir", index_dir, "--json")
    asked = client.get("/api/v1/gene/MT-0", follow_redirects=True)
    assert result.stdout_bytes == asked.data + b"\n"


def test_gene_shows_every_line_and_name(run: Run, client: FlaskClient, index_dir: Path) -> None:
    shown = run("gene", "MT1H", "--index-dir", index_dir).stdout
    gene = client.get("/api/v1/gene/MT1H").get_json()
    assert f"MT1H  {gene['name']}  {gene['_id']}" in shown
    for section in gene["sections"]:
        assert section["title"] in shown
        for line in section["lines"]:
            assert line["sentence"] in shown
    unwrapped = " ".join(shown.split())
    for name in gene["names"]:
        assert name["spelling"] in unwrapped


def test_a_name_of_several_genes_lists_them_all(run: Run, tmp_path: Path) -> None:
    making.publish(tmp_path, [making.gene(s, names=[("alias", "p40")]) for s in ("IL12B", "ANXA1", "RPSA")])
    result = run("gene", "p40", "--index-dir", tmp_path)
    assert result.exit_code == 1
    assert sorted(line.split()[0] for line in result.stdout.splitlines()) == ["ANXA1", "IL12B", "RPSA"]
    assert "warning" not in run("search", "p40", "--index-dir", tmp_path).stdout


@pytest.mark.of_a_folder
def test_info_tells_engine_format_digest_and_sources(run: Run, index_dir: Path) -> None:
    manifest = read_manifest(generation_path(index_dir, current_digest(index_dir) or ""))
    shown = run("info", "--index-dir", index_dir).stdout
    assert f"engine {manifest.engine}, format {manifest.format}, genes 32" in shown
    assert f"built {manifest.built}, digest {manifest.digest}" in shown
    for fmt in {source.format for source in manifest.sources}:
        files = [source for source in manifest.sources if source.format == fmt]
        many = "1 file" if len(files) == 1 else f"{len(files)} files"
        assert f"{fmt}: {many}, {sum(file.read for file in files)} read, 0 set aside" in shown
    told = json.loads(run("info", "--json", "--index-dir", index_dir).stdout)
    assert msgspec.convert(told["manifest"], type(manifest)) == manifest
    assert told["damage"] is None


@pytest.mark.of_a_folder
def test_verify_finds_one_flipped_byte_in_any_file(run: Run, index_dir: Path, tmp_path: Path) -> None:
    copy = tmp_path / "index"
    shutil.copytree(index_dir, copy)
    generation = generation_path(copy, current_digest(copy) or "")
    files = read_manifest(generation).files
    assert len(files) > 2
    for name, size in ((name, size) for name, (size, _) in files.items() if size):
        _flip(generation / name, size // 2)
        result = run("info", "--verify", "--index-dir", copy)
        assert result.exit_code == 1
        assert f"{name}: checksum differs" in result.stdout
        assert "genelight index --force" in result.stdout
        told = json.loads(run("info", "--verify", "--json", "--index-dir", copy).stdout)
        assert told["damage"] == [f"{name}: checksum differs"]
        _flip(generation / name, size // 2)
    assert run("info", "--verify", "--index-dir", copy).exit_code == 0


def _flip(path: Path, position: int) -> None:
    with path.open("r+b") as file:
        file.seek(position)
        byte = file.read(1)[0]
        file.seek(position)
        file.write(bytes([byte ^ 1]))


# What reaches a terminal

HOSTILE = (
    "zinc \x1b[31mred\x1b]0;title\x07 [bold]loud[/bold] :smile: \x9b2J\x08\r\x7f \u202egnp\u2066 \x00 zinc"
)
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture(scope="session")
def hostile_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index in which every text is hostile."""
    folder = tmp_path_factory.mktemp("hostile") / "index"
    reference = Reference(1, HOSTILE, HOSTILE, HOSTILE, 2020, HOSTILE, HOSTILE)
    gene = making.gene(
        "EVIL\x1b[31m",
        making.says(HOSTILE, cited=[0]),
        making.says(HOSTILE, "go", key=HOSTILE),
        name=HOSTILE,
        names=[("alias", "evil\x1b[7malias"), ("previous_symbol", "[red]old")],
        identifiers=[("[red]\x1b[32m", "x\x1b[35my")],
        references=[reference],
    )
    making.publish(folder, [gene, making.gene("GOOD", "Also binds zinc.")])
    return folder


def on_a_terminal(*arguments: str | Path, **variables: str) -> str:
    """What a command writes to a terminal of 100 columns."""
    ours, theirs = pty.openpty()
    ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
    variables = {"TERM": "xterm-256color", "PYTHONIOENCODING": "utf-8"} | variables
    process = subprocess.Popen(
        [*COMMAND, *map(str, arguments)], stdin=theirs, stdout=theirs, stderr=theirs, cwd=ROOT,
        env=environment(**variables),
    )  # fmt: skip
    os.close(theirs)
    written = b""
    try:
        while more := os.read(ours, 65536):
            written += more
    except OSError:  # Linux's way to say that the other end is closed
        pass
    os.close(ours)
    process.wait(60)
    return written.decode("utf-8").replace("\r\n", "\n")


def test_a_terminal_gets_the_matches_in_colour(index_dir: Path) -> None:
    shown = on_a_terminal("search", "zinc homeostasis", "--size", "2", "--index-dir", index_dir)
    assert "\x1b[1;33mzinc" in shown
    assert "\x1b[1;33mhomeostasis" in shown
    assert "\x1b[1;32mMT" in shown
    assert "\x1b" not in COLOUR.sub("", shown)


def test_a_pipe_gets_plain_text_that_is_else_the_same(index_dir: Path) -> None:
    arguments = ("search", "zinc homeostasis", "--size", "2", "--index-dir", index_dir)
    piped = genelight(*arguments, TERM="xterm-256color").stdout
    assert "\x1b" not in piped
    shown = COLOUR.sub("", on_a_terminal(*arguments))
    both = [[line for line in text.splitlines() if " ms, " not in line] for text in (shown, piped)]
    assert both[0] == both[1]


def test_a_rebuild_draws_bars_on_a_terminal(pages: Path, tmp_path: Path) -> None:
    shown = on_a_terminal("index", pages, "--index-dir", tmp_path / "index")
    assert "publish" in COLOUR.sub("", shown)
    assert "━" in shown
    assert "digest" in shown


@pytest.mark.parametrize(
    "arguments",
    [
        ("search", "zinc"),
        ("search", "EVIL\x1b[31m"),
        ("search", "evil\x1b[7malias"),
        ("search", "nosuch \x1b[31m [bold]x[/bold] zinc"),
        ("search", 'zinc "\x1b[31m[bold]'),
        ("search", "evil31mx\x1b[5m"),
        ("search", "zinc AND \x1b[31m("),
        ("gene", "EVIL\x1b[31m"),
        ("gene", "[red]old"),
        ("gene", "nosuch\x1b[31m[bold]x[/bold]"),
        ("index", "nosuch\x1b[31m[bold]x"),
        ("info",),
    ],
)  # fmt: skip
def test_a_source_s_text_does_nothing_to_a_terminal(
    run: Run, hostile_index: Path, arguments: tuple[str, ...]
) -> None:
    result = run(*arguments, "--index-dir", hostile_index, FORCE_COLOR="1", TERM="xterm-256color")
    _assert_harmless(result.output)
    assert not set(COLOUR.findall(result.output)) & {"\x1b[31m", "\x1b[32m", "\x1b[35m", "\x1b[7m", "\x1b[5m"}


def test_hostile_text_is_shown_for_what_it_is(run: Run, hostile_index: Path) -> None:
    shown = run("search", "zinc", "--index-dir", hostile_index).stdout
    assert "\x1b" not in shown
    _assert_harmless(shown)
    for part in ("EVIL␛[31m", "zinc ␛[31mred␛]0;title␇ [bold]loud[/bold] :smile: �2J␈␍␡ �gnp� ␀ zinc"):
        assert part in shown
    assert "[red]\N{SYMBOL FOR ESCAPE}[32m" in run("gene", "[red]old", "--index-dir", hostile_index).stdout


def test_a_match_in_hostile_text_is_coloured_where_it_stands(run: Run, hostile_index: Path) -> None:
    colours = {"FORCE_COLOR": "1", "TERM": "xterm-256color"}
    shown = run("search", "loud", "--index-dir", hostile_index, **colours).stdout
    assert "[bold]\x1b[1;33mloud\x1b[0m[/bold]" in shown


def test_a_hostile_file_name_is_shown_for_what_it_is(tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    shutil.copy(SAMPLES / "harmonizome-text" / "MT1H.txt", pages)
    (pages / "a\x1b[31m[bold]b\n.txt").touch()
    shown = on_a_terminal("index", pages, "--index-dir", tmp_path / "i[bold]", GENELIGHT_PAGE_SIZE="")
    assert "a␛[31m[bold]b␊.txt: empty file" in shown
    assert "i[bold]/report.json" in shown


def _assert_harmless(shown: str) -> None:
    plain = COLOUR.sub("", shown)
    assert plain.strip()
    assert not re.findall("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", plain)


def test_a_terminal_that_has_no_dash_gets_an_answer(index_dir: Path) -> None:
    ran = genelight("search", "zinc homeostasis", "--index-dir", index_dir, PYTHONIOENCODING="ascii")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "\\u2010" in ran.stdout


@pytest.mark.parametrize("option", [[], ["--json"]])
def test_a_reader_that_has_had_enough_is_no_error(index_dir: Path, option: list[str]) -> None:
    process = subprocess.Popen(
        [*COMMAND, "search", "zinc", "--size", "30", "--index-dir", str(index_dir), *option],
        cwd=ROOT, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    with process.stderr as errors:
        assert errors.read() == ""
    process.wait(60)


def _without_took(body: bytes) -> bytes:
    return re.sub(rb'^\{"took":[0-9.e-]+,', b'{"took":0,', body)
