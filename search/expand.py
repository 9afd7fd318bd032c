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
from search.identity import NAMESPACES, PUBMED_ADDRESS
from search.patterns import is_near, is_pattern, within_stream, written
from search.spellings import otherwise
from search.tree import ANY, GENE, NAMED, written_range

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
}
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
    return _FIELDS_OF.get(leaf.fieldname) or (BY_NAME[leaf.fieldname],)


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
    return _PMID_PREFIX.sub("", keyword(leaf), count=1).rstrip("/").strip()


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
            yield Term(field.name, fold_keyword(as_held(leaf, field)), field.weight)
        elif is_near(leaf):
            yield within_stream(leaf, field.name, field.weight)
        else:
            stream = stem_stream(field) if stemmed(leaf, field) else field.name
            for form in line_forms(leaf, field):
                if len(form) == 1:
                    yield Term(stream, form[0], field.weight)
                else:
                    yield Phrase(stream, list(form), boost=field.weight)


def as_held(leaf: Query, field: Field) -> str:
    """A keyword as the field holds it."""
    if field.name == "pmid":
        return pubmed_id(leaf)
    folded = keyword(leaf)
    if field.name == "doi":
        return _DOI_PREFIX.sub("", folded, count=1)
    return _identifier(folded) if field.name == "identifier" else folded


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
