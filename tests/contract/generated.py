"""A generated corpus with an ontology, and the queries that every engine is asked about them.

Words are drawn with a Zipf-like frequency; some lines are planted: phrases inside one
line, the same two words at the end of one line and the beginning of the next, and
genes that say exactly the same, so that scores tie.  The ontology has terms that genes name
otherwise than it does, terms that no gene is annotated to, alternative ids and a cycle.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate
from random import Random

import msgspec

from index.documents import Document, Line, Mention
from index.go_graph import ROOTS
from index.records import GoTerm, Reference
from tests.making import gene, says

_SYLLABLES = ("ka", "ri", "zo", "men", "tal", "ur", "bi", "sho", "gen", "ex", "ly", "pra")
_ENDINGS = ("", "s", "ed", "ing", "ation")
_ODD = ("TNF-α", "NKX2-5", "Su(H)", "β-catenin", "IL2", "IL-2", "5′-end", "p53", "naïve", "ﬁbrin")
ANNOTATED = 80
ALTERNATIVE = 500
"""What an alternative id has over its term's."""
PLANTED = ("zinc finger", "cell cycle control", "very very rare")


def _words() -> list[str]:
    rng = Random(11)  # noqa: S311
    roots = dict.fromkeys("".join(rng.choices(_SYLLABLES, k=rng.randint(2, 4))) for _ in range(700))
    plain = [root + ending for root in roots for ending in rng.sample(_ENDINGS, 2)]
    rng.shuffle(plain)
    for place, odd in enumerate(_ODD):
        plain.insert(20 + 40 * place, odd)
    return plain


WORDS = _words()
_CUMULATIVE = list(accumulate(1 / (rank + 25) for rank in range(len(WORDS))))


def _drawn(rng: Random, count: int) -> list[str]:
    return rng.choices(WORDS, cum_weights=_CUMULATIVE, k=count)


def documents(count: int, seed: int = 5) -> list[Document]:
    """``count`` genes in ``_id`` order."""
    rng = Random(seed)  # noqa: S311
    made: list[Document] = []
    for number in range(count):
        lines = () if number % 50 == 49 else tuple(_lines(rng))
        if number % 25 == 24:
            lines = tuple(line for line in made[-1].statements if not line.cited)
        made.append(
            gene(
                f"G{number}",
                *lines,
                id=f"NCBIGene:{number:06}",
                name=" ".join(_drawn(rng, 2)),
                identifiers=_identifiers(number),
                references=[_paper(number)] if number % 3 == 0 else [],
                papers=number % 40,
            )
        )
    return made


def _identifiers(number: int) -> list[tuple[str, str]]:
    """One number is an identifier of several genes, each time of another kind."""
    numbered = [
        ("hgnc", str(number)),
        ("ncbigene", str(number + 7)),
        ("hgnc_withdrawn", str(number + 90_000)),
    ]
    ensembl = [
        ("ensembl", f"ENSG{number:011}"),
        ("uniprot", f"P{number:05}"),
        ("uniprot_entry", f"G{number}_X"),
    ]
    return [*numbered[: 1 + number % 3], *(ensembl if number % 4 else [])]


def _paper(number: int) -> Reference:
    return Reference(1, title="On genes", pmid=str(number % 300), doi=f"10.1/{number % 200}")


def _lines(rng: Random) -> Iterator[Line]:
    for field in ("description", "summary", "summary"):
        yield says(" ".join(_drawn(rng, rng.randint(0, 10))) + ".", field)
    if rng.random() < 0.2:
        yield says(" ".join(_drawn(rng, 60)), "atlas")
    if rng.random() < 0.3:
        yield says(" ".join(_drawn(rng, 2)), "family")
    if rng.random() < 0.1:
        phrase = rng.choice(PLANTED)
        yield says(f"{_drawn(rng, 1)[0]} {phrase} {_drawn(rng, 1)[0]}", rng.choice(["summary", "go"]))
    if rng.random() < 0.1:
        yield says(f"{_drawn(rng, 1)[0]} zinc", "summary")
        yield says(f"finger {_drawn(rng, 1)[0]}", "summary")
    for term in rng.sample(range(ANNOTATED), rng.randint(0, 3)):
        mentioned = f"NCBIGene:{term:06}"
        key = _go_id(term + ALTERNATIVE if term % 10 == 3 else term)
        others = (f"NCBIGene:{term + 40:06}",) if term % 3 == 0 else ()
        yield says(WORDS[term], "go", key=key, mentions=[Mention(0, 1, (mentioned, *others))])
    if rng.random() < 0.7:
        yield says(f"{rng.randint(1, 22)}q{rng.randint(1, 3)}", "location")


def _go_id(number: int) -> str:
    return f"GO:{number:07}"


def go_terms() -> list[GoTerm]:
    """Terms 0 to 79, to which genes are annotated, and 80 to 119, which lie above some of them."""
    rng = Random(13)  # noqa: S311
    made = []
    for number in range(120):
        above = [number + step for step in rng.sample(range(1, 45), rng.randint(0, 2)) if number + step < 120]
        synonyms = [" ".join(_drawn(rng, rng.randint(1, 3))) for _ in range(rng.randint(0, 3))]
        made.append(
            GoTerm(
                id=_go_id(number),
                name=WORDS[number] if number % 5 else f"{_drawn(rng, 1)[0]} {PLANTED[number % 3]}",
                aspect="biological_process",
                synonyms=tuple(synonyms),
                is_a=tuple(map(_go_id, above[:1])) or (min(ROOTS),),
                part_of=tuple(map(_go_id, above[1:])),
                alt_ids=(_go_id(number + ALTERNATIVE),),
                obsolete=number % 17 == 16,
            )
        )
    last, first = made[-1], made[-9]
    made[-1] = msgspec.structs.replace(last, is_a=(first.id,))
    made[-9] = msgspec.structs.replace(first, is_a=(last.id,))
    return [*made, *(GoTerm(id=root, name=WORDS[0], aspect="biological_process") for root in ROOTS)]


def _patterns(rng: Random) -> list[str]:
    """Patterns of every kind and words near each other, in all fields and in some."""
    asked: list[str] = []
    fields = ("", "", "summary:", "name:", "go:", "atlas:", "go_wider:", "symbol:")
    for word in _drawn(rng, 20):
        whole = word.split("-")[-1].strip("()αβ") or "zinc"
        field, place = rng.choice(fields), rng.randrange(1, max(2, len(whole)))
        asked += [f"{field}{whole[:place]}*", f"{field}{whole[:place]}?{whole[place + 1 :]}"]
        asked += [f"{field}{whole[:place]}*{whole[-1]}", f"{field}{whole[place:]}{whole[:place]}~2"]
        asked += [
            f"{field}{whole[:place]}{whole[place + 1 :]}~1 OR {_drawn(rng, 1)[0]}",
            f"NOT {whole[:place]}*",
        ]
    for words in (_drawn(rng, rng.randint(2, 3)) for _ in range(30)):
        asked.append(f'{rng.choice(fields)}"{" ".join(words)}"~{rng.randint(0, 30)}')
    asked += ['"finger zinc"~1', '"cycle cell"~3 NOT "cell cycle control"', 'summary:"zinc finger"~30']
    asked += [
        "symbol:G1*",
        "symbol:*7",
        "symbol:?12",
        "name:*ing",
        "G12~1",
        "symbol:G12~1 NOT G12",
        "G1?? zinc*",
    ]
    asked += [
        "location:1*q?",
        "GO:00000*",
        "go_id:GO:00000?7",
        "identifier:HGNC:12*",
        "pmid:12*",
        "doi:10.1/1*",
    ]
    return [*asked, "12*", "pmid:1007~1", "location:12q1~1", "zz*", "NOT zz*", "zinc zz*", "*ing", "NKX2-*"]


def queries() -> list[str]:
    """Several hundred queries of every construct, the same ones each time."""
    rng = Random(7)  # noqa: S311
    asked = [" ".join(_drawn(rng, count)) for count in (1, 2, 3, 4) for _ in range(25)]
    asked += [f'"{" ".join(_drawn(rng, rng.randint(1, 3)))}"' for _ in range(25)]
    asked += [f'"{phrase}"' for phrase in PLANTED]
    asked += [f'summary:"{phrase}" {word}' for phrase in PLANTED for word in _drawn(rng, 3)]
    fields = ("summary", "name", "symbol", "atlas", "family", "go", "description", "reference")
    asked += [f"{rng.choice(fields)}:{word}" for word in _drawn(rng, 25)]
    asked += [f"{rng.choice(fields)}:({a} OR {b}) {c}" for a, b, c in (_drawn(rng, 3) for _ in range(20))]
    for shape in (
        "{} AND {}",
        "{} OR {}",
        "{} NOT {}",
        "NOT {}",
        "{} OR NOT {}",
        "NOT {} NOT {}",
        "({} OR {}) ({} OR {})",
        "{} OR {} {}",
        "{} NOT ({} OR {})",
        "NOT ({} {})",
        "({} OR NOT {}) {}",
        "NOT ({} OR NOT ({} OR {}))",
        "{} NOT summary:{}",
        '{} OR "zinc finger"',
        '"zinc finger" NOT {}',
    ):
        asked += [shape.format(*_drawn(rng, 4)) for _ in range(8)]
    asked += ["G12", "G12 OR G13 OR G14", "location:3q1", "12q2", "GO:0000007", "go_id:GO:0000012"]
    asked += [
        "pmid:12",
        "doi:10.1/7",
        "10.1/7",
        "NCBIGene:000012",
        "mentions:G5",
        "mentions:G43",
        "mentions:G46 OR mentions:G3",
        "mentions:nobody",
    ]
    asked += ["12", "HGNC:12", "hgnc:12 OR GeneID:12", "NCBIGene:12 NOT HGNC:5", "OMIM:12", "Other:12"]
    asked += ["identifier:12", "identifier:HGNC:12", "HGNC:90001", "HGNC:ENSG00000000013"]
    asked += ["ENSG00000000013.4", "Ensembl:ENSG00000000013.4", "UniProtKB:P00013", "UniProt:G13_X"]
    asked += ["HGNC:12081484", "pubmed:12", "HGNC:3 OR pmid:3", "https://pubmed.ncbi.nlm.nih.gov/12/"]
    asked += ["nowhere", f"nowhere {WORDS[0]}", f"nowhere OR {WORDS[3]}", f"{WORDS[3]} NOT nowhere"]
    asked += ["mentions:nobody OR zinc", "zinc NOT mentions:nobody", "NOT mentions:nobody"]
    asked += [f"go:{WORDS[term]}" for term in range(0, 120, 7)] + [f'go:"{phrase}"' for phrase in PLANTED]
    asked += [f"go_wider:{WORDS[3]}", f"{WORDS[2]} NOT go:{WORDS[9]}", f'NOT go_wider:"{PLANTED[0]}"']
    asked += [_go_id(number) for number in (16, 95, 111, 119, 507, 599)] + [
        "go_id:GO:0000119",
        '"GO:0000111"',
    ]
    asked += _patterns(rng)
    asked += ["pmid:1007", "12007", "pmid:1007 NOT zinc", "zinc OR pmid:100299"]
    asked += ["NOT GO:0000100", f"go:({WORDS[1]} OR {WORDS[8]}) {WORDS[0]}", *sorted(ROOTS)]
    return list(dict.fromkeys(asked))
