"""Of several editions of one source which is read, and what is said of the others."""

from __future__ import annotations

import gzip
import hashlib
import itertools
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec
import pytest

from index.discover import Inputs, find

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "data" / "samples"

HGNC = "hgnc_id\tsymbol\tname\talias_symbol\tprev_symbol\tentrez_id\n"
INFO = "#tax_id\tGeneID\tSymbol\tSynonyms\tdbXrefs\n"
HUMAN, MOUSE, ZEBRAFISH, NEANDERTHAL = 9606, 10090, 7955, 63221


def dated(edition: str | None, body: str) -> str:
    return f"## edition: {edition}\n{body}" if edition else body


def hgnc(edition: str | None, *symbols: str) -> str:
    return dated(edition, HGNC + "".join(f"HGNC:{n}\t{s}\t\t\t\t\n" for n, s in enumerate(symbols, 1)))


def gene_info(edition: str | None, *taxa: int, rows: int = 200) -> str:
    """A table with so many rows of each species but the Neanderthal, of which it has one."""
    counted = [(taxon, 1 if taxon == NEANDERTHAL else rows) for taxon in taxa]
    cells = [f"{taxon}\t{n}\tG{n}\t-\t-\n" for taxon, count in counted for n in range(1, count + 1)]
    return dated(edition, INFO + "".join(cells))


def put(folder: Path, **files: str | bytes) -> None:
    for name, content in files.items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())


def remember(folder: Path, **dates: str) -> None:
    """The ledger as ``genelight fetch`` leaves it beside the files."""
    files = {
        name: {
            "name": name,
            "address": f"https://example.org/{name}",
            "sha256": hashlib.sha256((folder / name).read_bytes()).hexdigest(),
            "bytes": (folder / name).stat().st_size,
            "date": date,
            "licence": "CC0",
        }
        for name, date in dates.items()
    }
    (folder / "fetched.json").write_bytes(msgspec.json.encode({"files": files}))


def taken(inputs: Inputs) -> list[str]:
    return sorted(one.path.name for one in inputs.taken)


def editions(inputs: Inputs) -> dict[str, str | None]:
    return {one.path.name: one.edition for one in inputs.taken}


@pytest.mark.parametrize(
    ("older", "newer"), [("2023-01-01", "2024-10-18"), ("2024-09", "2024-10-01"), ("2023", "2024")]
)
def test_of_two_dates_the_newer_wins_whole_and_the_report_says_so(
    tmp_path: Path, older: str, newer: str
) -> None:
    put(tmp_path, a_newer=hgnc(newer, "AAA"), b_older=hgnc(older, "AAA", "BBB", "CCC"))
    inputs = find([tmp_path])
    assert editions(inputs) == {"a_newer": newer}
    (sentence,) = inputs.superseded
    for said in ("b_older", "a_newer", newer, older, "of a newer date"):
        assert said in sentence


def test_of_one_date_the_file_that_holds_more_wins(tmp_path: Path) -> None:
    put(tmp_path, less=hgnc("2024-10-18", "AAA"), more=hgnc("2024-10-18", "AAA", "BBB"))
    inputs = find([tmp_path])
    assert taken(inputs) == ["more"]
    assert "of the same date and larger" in inputs.superseded[0]


def test_a_file_that_states_no_date_is_the_publishers_own_and_newer_than_a_dated_copy(tmp_path: Path) -> None:
    put(tmp_path, copy=hgnc("2099-01-01", "AAA", "BBB"), own=hgnc(None, "AAA"))
    inputs = find([tmp_path])
    assert editions(inputs) == {"own": None}
    assert "states no date: the publisher's own" in inputs.superseded[0]


def test_of_two_undated_files_the_larger_content_wins_however_small_it_is_packed(tmp_path: Path) -> None:
    many = hgnc(None, *(f"GENE{n}" for n in range(500)))
    put(tmp_path, plain=hgnc(None, *(f"GENE{n}" for n in range(200))), packed=gzip.compress(many.encode()))
    assert (tmp_path / "packed").stat().st_size < (tmp_path / "plain").stat().st_size
    inputs = find([tmp_path])
    assert taken(inputs) == ["packed"]
    assert "undated as well and larger" in inputs.superseded[0]


@pytest.mark.parametrize(
    "few",
    [hgnc(None, "AAA"), hgnc(None, *(f"GENE{n}" for n in range(240))), hgnc(None, "AAA" * 5000)],
    ids=["both", "just under half", "few rows only"],
)
def test_an_undated_file_of_under_half_a_dated_one_does_not_replace_it(tmp_path: Path, few: str) -> None:
    put(tmp_path, few=few, many=hgnc("2024-10-18", *(f"GENE{n}" for n in range(500))))
    inputs = find([tmp_path])
    assert editions(inputs) == {"many": "2024-10-18"}
    (sentence,) = inputs.superseded
    assert sentence.startswith(f"{tmp_path / 'few'}: ")
    assert "of known date and more than twice as large" in sentence
    (warning,) = inputs.problems
    assert (warning.file, warning.severity) == (str(tmp_path / "few"), "warning")
    assert "## edition:" in warning.reason


def test_an_undated_file_of_over_half_a_dated_one_replaces_it_without_a_warning(tmp_path: Path) -> None:
    most = hgnc(None, *(f"GENE{n}" for n in range(300)))
    put(tmp_path, most=most, all=hgnc("2024-10-18", *(f"GENE{n}" for n in range(500))))
    inputs = find([tmp_path])
    assert (taken(inputs), inputs.problems) == (["most"], ())


def test_an_undated_file_is_measured_by_the_newest_dated_one_only(tmp_path: Path) -> None:
    put(
        tmp_path,
        own=hgnc(None, *(f"GENE{n}" for n in range(200))),
        newest=hgnc("2024", *(f"GENE{n}" for n in range(300))),
        large=hgnc("2020", *(f"GENE{n}" for n in range(900))),
    )
    assert taken(find([tmp_path])) == ["own"]


def test_a_small_undated_table_of_another_species_is_read_beside_the_large_dated_one(tmp_path: Path) -> None:
    put(tmp_path, mouse=gene_info(None, MOUSE, rows=5), man=gene_info("2021", HUMAN))
    inputs = find([tmp_path])
    assert taken(inputs) == ["man", "mouse"]
    assert inputs.problems == ()


HGNC_DATED = HGNC.rstrip("\n") + "\tdate_approved_reserved\tdate_modified\n"
INFO_DATED = INFO.rstrip("\n") + "\tModification_date\tFeature_type\n"


@pytest.mark.parametrize(
    ("data", "date"),
    [
        (HGNC_DATED + "HGNC:1\tA\t\t\t\t\t2011-05-06\t2023-01-20\n" * 3, "2023-01-20"),
        (HGNC_DATED + "HGNC:1\tA\t\t\t\t\t2024-05-06\t\n", "2024-05-06"),
        (HGNC_DATED + "HGNC:1\tA\t\t\t\t\t\t2024-05-06", "2024-05-06"),
        (HGNC_DATED + "HGNC:1\t2099-01-01\t2024-10-18\t\t\t\t\t2023-02-03\n", "2023-02-03"),
        (HGNC_DATED + "HGNC:1\tA\t\t\t\t\t2023-02-30\t2023-02-03\r\n", "2023-02-03"),
        (HGNC_DATED + "HGNC:1\tA\t\t\t\t\t2999-01-01\t2023-02-03\n", "2023-02-03"),
        (HGNC_DATED + "HGNC:1\tA\t\t\t\t\t\tyesterday\n", None),
        (HGNC_DATED + "HGNC:1\tA\t\t\t\t\n", None),
        (HGNC_DATED, None),
        (INFO_DATED + "9606\t20240101\tA\t-\t-\t20210711\t-\n9606\t2\tB\t-\t-\t20190101\t-\n", "2021-07-11"),
        (dated("2020-01-01", INFO_DATED) + "9606\t1\tA\t-\t-\t20210711\t-\n", "2020-01-01"),
        ("\ufeff" + INFO_DATED + "9606\t1\tA\t-\t-\t20210711\t-\n", "2021-07-11"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("packing", [bytes, gzip.compress])
def test_the_latest_day_in_a_table_dates_it_where_nothing_states_a_date(
    tmp_path: Path, data: str, date: str | None, packing: Callable[[bytes], bytes]
) -> None:
    put(tmp_path, table=packing(data.encode()))
    assert editions(find([tmp_path])) == {"table": date}


def test_the_latest_day_is_found_wherever_it_stands_in_a_large_table(tmp_path: Path) -> None:
    rows = [f"9606\t{n}\tG{n}\t-\t-\t20200101\t-\n" for n in range(30_000)]
    for place in (0, 9_999, 29_999):
        late = [*rows[:place], rows[place].replace("20200101", "20210711"), *rows[place + 1 :]]
        put(tmp_path, table=INFO_DATED + "".join(late))
        assert editions(find([tmp_path])) == {"table": "2021-07-11"}


def test_a_day_in_a_table_counts_as_a_stated_one_and_a_noted_one_goes_before_it(tmp_path: Path) -> None:
    row = "HGNC:1\tA\t\t\t\t\t\t2023-02-03\n"
    put(tmp_path, own=HGNC_DATED + row, copy=hgnc("2024-10-18", "AAA"))
    inputs = find([tmp_path])
    assert editions(inputs) == {"copy": "2024-10-18"}
    assert "edition 2023-02-03 superseded by" in inputs.superseded[0]
    remember(tmp_path, own="2025-01-01")
    assert editions(find([tmp_path])) == {"own": "2025-01-01"}


def test_a_fetched_file_has_the_date_that_was_noted_when_it_came(tmp_path: Path) -> None:
    put(tmp_path, fetched=hgnc(None, "AAA"), copy=hgnc("2024-10-18", "AAA"))
    remember(tmp_path, fetched="2024-09-30")
    assert editions(find([tmp_path])) == {"copy": "2024-10-18"}
    remember(tmp_path, fetched="2025-01-01")
    inputs = find([tmp_path])
    assert editions(inputs) == {"fetched": "2025-01-01"}
    assert inputs.ignored == ()


def test_a_date_stated_in_the_file_goes_before_that_of_its_fetching(tmp_path: Path) -> None:
    put(tmp_path, fetched=hgnc("2020-01-01", "AAA"))
    remember(tmp_path, fetched="2025-01-01")
    assert editions(find([tmp_path])) == {"fetched": "2020-01-01"}


@pytest.mark.parametrize("date", ["", "yesterday", "9999999", "2025-01-01\n"])
def test_a_date_of_fetching_that_is_none_is_not_believed(tmp_path: Path, date: str) -> None:
    put(tmp_path, fetched=hgnc(None, "AAA"))
    remember(tmp_path, fetched=date)
    assert editions(find([tmp_path])) == {"fetched": None}


def test_a_file_that_changed_since_it_was_fetched_is_of_unknown_date(tmp_path: Path) -> None:
    put(tmp_path, fetched=hgnc(None, "AAA"))
    remember(tmp_path, fetched="2025-01-01")
    put(tmp_path, fetched=hgnc(None, "AAB"))
    assert editions(find([tmp_path])) == {"fetched": None}


def test_a_damaged_ledger_leaves_the_dates_unknown(tmp_path: Path) -> None:
    put(tmp_path, fetched=hgnc(None, "AAA"), **{"fetched.json": '{"files": [}'})
    assert editions(find([tmp_path])) == {"fetched": None}


def test_a_copy_of_a_fetched_file_has_its_date_in_whatever_order_they_are_given(tmp_path: Path) -> None:
    for name in ("a", "m", "z"):
        (tmp_path / name).mkdir()
    put(tmp_path / "m", set=hgnc(None, "AAA"))
    remember(tmp_path / "m", set="2025-01-01")
    put(tmp_path / "a", set=hgnc(None, "AAA"))
    put(tmp_path / "z", set=gzip.compress(hgnc(None, "AAA").encode()))
    (tmp_path / "link").symlink_to(tmp_path / "m" / "set")
    places = [tmp_path / name for name in ("a", "m", "z", "link")]
    for order in itertools.permutations(places):
        assert editions(find(order)) in ({"set": "2025-01-01"}, {"link": "2025-01-01"})


def test_pages_have_no_editions_and_all_are_read() -> None:
    inputs = find([SAMPLES / "harmonizome-text"])
    assert len(inputs.taken) == len(list((SAMPLES / "harmonizome-text").glob("*.txt")))
    assert not inputs.superseded


def test_tables_of_two_species_are_two_sources(tmp_path: Path) -> None:
    put(tmp_path, man=gene_info("2021", HUMAN), mouse=gene_info("2023", MOUSE))
    inputs = find([tmp_path])
    assert taken(inputs) == ["man", "mouse"]
    assert (inputs.superseded, inputs.problems) == ((), ())


@pytest.mark.parametrize(
    ("newer", "older"),
    [
        ([HUMAN], [HUMAN]),
        ([HUMAN, NEANDERTHAL], [HUMAN]),
        ([HUMAN], [HUMAN, NEANDERTHAL]),
        ([ZEBRAFISH, HUMAN, MOUSE], [HUMAN]),
        ([ZEBRAFISH, HUMAN, MOUSE], [MOUSE, HUMAN, ZEBRAFISH]),
    ],
)
def test_a_newer_table_supersedes_an_older_one_of_no_more_species_but_strays(
    tmp_path: Path, newer: list[int], older: list[int]
) -> None:
    put(tmp_path, older=gene_info("2021", *older), newer=gene_info("2023", *newer))
    inputs = find([tmp_path])
    assert taken(inputs) == ["newer"]
    assert "superseded by" in inputs.superseded[0]


def test_an_older_table_of_more_species_is_read_too_and_what_stands_twice_is_warned_of(
    tmp_path: Path,
) -> None:
    put(tmp_path, older=gene_info("2021", ZEBRAFISH, HUMAN, MOUSE), newer=gene_info("2023", HUMAN))
    inputs = find([tmp_path])
    assert taken(inputs) == ["newer", "older"]
    assert inputs.superseded == ()
    (warning,) = inputs.problems
    assert (warning.file, warning.severity) == (str(tmp_path / "older"), "warning")
    assert "taxon 9606" in warning.reason
    assert str(tmp_path / "newer") in warning.reason


def test_two_species_each_in_two_editions_give_the_newer_of_each(tmp_path: Path) -> None:
    put(
        tmp_path,
        man_old=gene_info("2021", HUMAN),
        man_new=gene_info("2023", HUMAN, NEANDERTHAL),
        mouse_old=gene_info("2022", MOUSE),
        mouse_new=gene_info(None, MOUSE),
    )
    inputs = find([tmp_path])
    assert taken(inputs) == ["man_new", "mouse_new"]
    replaced = [sentence.partition(":")[0].rpartition("/")[2] for sentence in inputs.superseded]
    assert replaced == ["man_old", "mouse_old"]
    assert ["man_new" in inputs.superseded[0], "mouse_new" in inputs.superseded[1]] == [True, True]


def test_a_damaged_newer_edition_does_not_replace_a_whole_one_and_is_told_of(tmp_path: Path) -> None:
    cut = gzip.compress(gene_info("2023", HUMAN).encode())[:-20]
    put(tmp_path, newer=cut, older=gene_info("2021", HUMAN))
    inputs = find([tmp_path])
    assert taken(inputs) == ["older"]
    assert "whole where this is damaged" in inputs.superseded[0]
    (problem,) = inputs.problems
    assert (problem.file, problem.severity) == (str(tmp_path / "newer"), "set_aside")


def test_a_damaged_file_without_another_edition_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    put(tmp_path, only=gzip.compress(gene_info("2023", HUMAN).encode())[:-20])
    assert editions(find([tmp_path])) == {"only": "2023"}


def test_what_is_read_does_not_depend_on_names_or_the_order_of_files(tmp_path: Path) -> None:
    contents = [
        hgnc(None, "AAA"),
        hgnc(None, "BBB"),
        hgnc("2024", "AAA", "BBB"),
        gene_info("2021", HUMAN),
        gene_info("2023", MOUSE),
        gene_info("2022", HUMAN, MOUSE),
    ]
    outcomes = set()
    for number, order in enumerate((contents, contents[::-1], contents[3:] + contents[:3])):
        folder = tmp_path / str(number)
        folder.mkdir()
        for place, content in enumerate(order):
            put(folder, **{f"{place}": content})
        outcomes |= {tuple(one.sha256 for one in find(given).taken) for given in reordered(folder)}
    assert len(outcomes) == 1


def reordered(folder: Path) -> Iterable[list[Path]]:
    files = sorted(folder.iterdir())
    return [folder], files, files[::-1]
