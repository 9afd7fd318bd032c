"""An index in whose every field stands what would do harm if it were taken for more than text."""

from __future__ import annotations

from pathlib import Path

import msgspec

from index.documents import Document, Line, Mention
from index.records import GoTerm, NameKind, Reference, Source, Withdrawal
from tests.making import gene, publish, says

MARKUP = (
    '"><evil-tag evil-attr="1">\'><evil-tag evil-attr=1 </bdi></p></details></title></textarea>'
    "<script>window.pwned=1</script> javascript:window.pwned=1 {{7*7}} {%x%} &lt;evil-tag&gt; "
    "&#60;evil-tag&#62;"
)
UNSEEN = (
    "turned\u202eto the left\u2066 zero\u200bwidth\ufeff rings\x07 \x1b[31mred \x1b]0;title\x07 \x9bm %0d%0a"
)
LINES = "zinc\r\nSet-Cookie: evil=1\r\n\r\n<evil-tag>"
EVIL = f"{MARKUP} {UNSEEN} zinc"
ID = "NCBIGene:evil%0d%0aSet-Cookie: evil=1\"><evil-tag evil-attr='1'>"
OTHER = "NCBIGene:other"
LONG = " ".join(["ion channel"] * 50_000 + ["zinc homeostasis"] + ["ion channel"] * 45_000)
"""A sentence of a megabyte."""
LONG_NAME = "very long name " * 9_000
SHARED = f"shared {MARKUP}"
PAPER = Reference(1, f"Author {EVIL}", f"Title {EVIL}", f"Journal {EVIL}", 2020, f"10.1/{EVIL}", f"1{MARKUP}")
LONG_PAPER = Reference(2, LONG_NAME, LONG_NAME, LONG_NAME, 2021, LONG_NAME, LONG_NAME)
FIELDS = (
    "description",
    "summary",
    "atlas",
    "tissue",
    "regulator",
    "protein",
    "property",
    "publication",
    "check",
)
NAME_KINDS: tuple[NameKind, ...] = ("previous_symbol", "alias", "previous_name", "alias_name")
GO_TERMS = (
    GoTerm(id="GO:0003674", name=f"zinc root {EVIL}", aspect="molecular_function"),
    GoTerm(
        id="GO:0008270",
        name=f"zinc binding {EVIL}",
        aspect="molecular_function",
        synonyms=(f"zinc synonym {EVIL}",),
        is_a=("GO:0003674",),
    ),
)
WITHDRAWN = (Withdrawal(f"GONE{MARKUP}", (f"ELSE{MARKUP}",), living=False),)


def evil() -> Document:
    """Short texts, all of them hostile."""
    mention = Mention(0, 12, (OTHER, ID))
    nobody = Mention(14, 20, ('NCBIGene:nobody"><evil-tag>',))
    lines = [says(f"zinc {field} {EVIL}", field, cited=[0]) for field in FIELDS]
    made = gene(
        f"EVIL{MARKUP}",
        *lines,
        says(EVIL, by="ai", mentions=[mention, nobody]),
        says(LINES, by="computed", cited=[0]),
        says(f"zinc term {EVIL}", "go", key="GO:0008270"),
        says(f"zinc key {EVIL}", "go", key=f"GO:{EVIL}"),
        says(f"zinc family {EVIL}", "family"),
        says(f"16q{MARKUP}", "location"),
        says(f"gene {MARKUP}", "locus_type"),
        says(f"zinc set {EVIL}", "dataset"),
        msgspec.structs.replace(says(f"zinc with {EVIL}", "association"), attributes={"dataset": EVIL}),
        msgspec.structs.replace(says(f"zinc as {EVIL}", "tissue"), attributes={"qualifier": EVIL}),
        id=ID,
        name=f"zinc name {EVIL}",
        names=[*((kind, f"{kind} {EVIL}") for kind in NAME_KINDS), ("alias", SHARED)],
        identifiers=[("hgnc", MARKUP), ("ensembl", EVIL), ("uniprot", "javascript:alert(1)")],
        references=[PAPER],
    )
    sources = [
        Source(f"{source.name} {EVIL}", source.provenance, f"2020-{MARKUP}") for source in made.sources
    ]
    return msgspec.structs.replace(made, sources=tuple(sources))


def long() -> Document:
    """Texts of a megabyte."""
    made = gene(
        LONG_NAME,
        says(LONG, by="ai", cited=[0], mentions=[Mention(0, 3, (OTHER,))]),
        says(f"Zinc. {LONG_NAME}", "go"),
        says(LONG_NAME, "family"),
        says(LONG_NAME, "location"),
        says(LONG_NAME, "locus_type"),
        id="HGNC:77",
        name=LONG_NAME,
        names=[("alias", f"LONGEST {LONG_NAME}")],
        references=[LONG_PAPER],
    )
    sources = [Source(LONG_NAME, source.provenance, LONG_NAME) for source in made.sources]
    return msgspec.structs.replace(made, sources=tuple(sources))


def line_about(other: str) -> Line:
    """A sentence about another gene."""
    return msgspec.structs.replace(says(f"zinc aside {EVIL}", "aside", by="ai"), about=other)


def publish_hostile(index_dir: Path, engine: str) -> None:
    """The genes, published."""
    named = gene(
        "OTHER",
        "Binds zinc.",
        line_about(f"NCBIGene:none{MARKUP}"),
        line_about(ID),
        id=OTHER,
        names=[("alias", SHARED)],
    )
    publish(
        index_dir,
        [evil(), named],
        withdrawn=WITHDRAWN,
        go_terms=GO_TERMS,
        linked={7: [ID, OTHER]},
        engine=engine,
    )
