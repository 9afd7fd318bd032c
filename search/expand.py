"""From the logical tree to the streams of an index: the same for every engine.

A word becomes an Or over the streams in which it may stand and over its spellings;
a quoted phrase only over surface forms, as written, and so does a pattern, whose words the engine finds.
What is looked up outside of the engine joins the Or as leaves of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

from msgspec import Struct
from whoosh.query import And, Not, NullQuery, NumericRange, Or, Phrase, Query, Term

from index.analysis import fold_case, fold_keyword, spellings, stem
from index.fields import BESIDE, BY_NAME, FIELDS, Field, stem_stream
from index.store import fold_identifier
from search.engines import Known
from search.identity import NAMESPACES
from search.paper_forms import PUBMED_ADDRESS, dois
from search.patterns import is_near, is_pattern, within_stream, written
from search.spellings import otherwise
from search.tree import ANY, GENE, LINE, NAMED, SECTION, written_range

GenesNamed = Callable[[str], Iterable[str]]
"""The ids of the genes that a name may mean."""


class Beside(Struct, frozen=True):
    """What is looked up beside the text engine."""

    genes_named: GenesNamed = lambda name: ()
    known: Mapping[str, Callable[[Query], Query]] = {}
    """By a field's name: from a leaf to the documents that meet it there besides those that the engine
    finds, as ``search.engines.Known``; NullQuery for none."""


_FIELDS_OF = {
    ANY: tuple(field for field in FIELDS if field.plain),
    NAMED: tuple(field for field in FIELDS if field.plain or field.name == "mentions"),
    "go": (BY_NAME["go"], BY_NAME["go_wider"]),
    GENE: tuple(BY_NAME[name] for name in ("symbol", "previous_symbol", "alias", "mentions")),
    SECTION: (),
    LINE: (),
}
_MENTIONING = frozenset(
    {"mentions", *(name for name, fields in _FIELDS_OF.items() if BY_NAME["mentions"] in fields)}
)
_DOI_PREFIX = re.compile(r"^(?:doi:|https?://(?:dx\.)?doi\.org/)")
_PMID_PREFIX = re.compile(rf"^(?:pmid:|pubmed:|{PUBMED_ADDRESS})")


def expand(tree: Query, beside: Beside) -> Query:
    """The physical tree; NullQuery for nothing."""
    if tree is NullQuery:
        return NullQuery
    if isinstance(tree, (And, Or)):
        return type(tree)([expand(child, beside) for child in tree.subqueries])
    if isinstance(tree, Not):
        return Not(expand(tree.query, beside))
    if isinstance(tree, Known):
        return tree
    return _any_of([leaf for leaf in _leaves(tree, beside) if leaf is not NullQuery])


def fields_of(leaf: Query) -> tuple[Field, ...]:
    """The fields in which a leaf may be met."""
    found = _FIELDS_OF.get(leaf.fieldname)
    return (BY_NAME[leaf.fieldname],) if found is None else found


def may_mention(leaf: Query) -> bool:
    """Whether a leaf is met where a text mentions the gene that it names."""
    return leaf.fieldname in _MENTIONING


def line_forms(leaf: Query, field: Field) -> tuple[tuple[str, ...], ...]:
    """The term sequences that meet a leaf in a line of the field, each once, as stems where
    ``stemmed(leaf, field)``; none for what search.patterns compares with a line, and for numbers."""
    if is_pattern(leaf) or is_near(leaf) or isinstance(leaf, NumericRange):
        return ()
    if isinstance(leaf, Phrase):
        return (tuple(leaf.words),)
    return _forms(leaf.text, stemmed(leaf, field))


def stemmed(leaf: Query, field: Field) -> bool:
    """Whether a leaf is met by stems: a word in prose; never what stands in quotes, a
    pattern, or a gene's name: APOE is not "apo"."""
    return field.kind in ("prose", "implied") and isinstance(leaf, Term) and leaf.fieldname != NAMED


@lru_cache(maxsize=1 << 13)
def _forms(word: str, as_stems: bool) -> tuple[tuple[str, ...], ...]:
    """The same for every field of its kind: British spellings for American ones too, and the other way."""
    forms = spellings(word)
    forms += [tuple(map(otherwise, form)) for form in forms]
    return tuple(
        dict.fromkeys(tuple(map(stem, form)) for form in forms) if as_stems else dict.fromkeys(forms)
    )


def typed(leaf: Query) -> str:
    """A leaf's words as one text."""
    if isinstance(leaf, Phrase):
        return " ".join(leaf.words)
    if isinstance(leaf, NumericRange):
        return written_range(leaf)
    return written(leaf) if is_pattern(leaf) else str(leaf.text)


def keyword(leaf: Query) -> str:
    """A leaf as a keyword, folded, with its prefix such as ``HGNC:`` if it has one."""
    return fold_case(typed(leaf))


def pubmed_id(leaf: Query) -> str:
    """A leaf as PubMed's number, without prefix or address; as typed where it is neither."""
    number = _PMID_PREFIX.sub("", keyword(leaf), count=1).rstrip("/").strip()
    return number.lstrip("0") if leaf.fieldname == "pmid" and number.isdigit() else number


def dois_of(leaf: Query) -> tuple[str, ...]:
    """The DOIs, in lower case, that a leaf may be."""
    if type(leaf) is not Term or "10." not in leaf.text or BY_NAME["doi"] not in fields_of(leaf):
        return ()
    return dois(leaf.text)


def _leaves(leaf: Query, beside: Beside) -> Iterable[Query]:
    for field in fields_of(leaf):
        if field.name in beside.known:
            yield beside.known[field.name](leaf)
        if field.kind in BESIDE:
            continue
        if is_pattern(leaf):
            if field.name != "mentions":
                yield within_stream(leaf, field.name, field.weight)
        elif field.name == "mentions":
            genes = beside.genes_named(typed(leaf))
            yield from (Term("mentions", fold_keyword(gene), field.weight) for gene in genes)
        elif field.kind == "keyword" and is_near(leaf):
            continue
        elif field.kind == "keyword":
            yield from (Term(field.name, value, field.weight) for value in as_held(leaf, field))
        elif is_near(leaf):
            yield within_stream(leaf, field.name, field.weight)
        else:
            stream = stem_stream(field) if stemmed(leaf, field) else field.name
            for form in line_forms(leaf, field):
                if len(form) == 1:
                    yield Term(stream, form[0], field.weight)
                else:
                    yield Phrase(stream, list(form), boost=field.weight)


def as_held(leaf: Query, field: Field) -> list[str]:
    """The keywords, folded, that a leaf may be in a field."""
    if field.name == "pmid":
        return [fold_keyword(pubmed_id(leaf))]
    folded = keyword(leaf)
    if field.name == "doi":
        read = dois_of(leaf) or (_DOI_PREFIX.sub("", folded, count=1),)
        return list(dict.fromkeys(map(fold_keyword, read)))
    return [fold_keyword(_identifier(folded) if field.name == "identifier" else folded)]


def _identifier(folded: str) -> str:
    """Without version, and under its namespace where a known prefix tells it; another prefix is part of
    the word."""
    prefix, sign, value = folded.partition(":")
    if namespace := NAMESPACES.get(prefix) if sign else None:
        return f"{namespace}:{fold_identifier(value)}"
    return fold_identifier(folded)


def _any_of(queries: list[Query]) -> Query:
    if not queries:
        return NullQuery
    return queries[0] if len(queries) == 1 else Or(queries)
