"""From the logical tree to the streams of an index: the same for every engine.

A word becomes an Or over the streams in which it may stand and over its spellings;
a quoted phrase only over surface forms, as written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from whoosh.query import And, Not, NullQuery, Or, Phrase, Query, Term

from index.analysis import fold_case, spellings, stem
from index.fields import BY_NAME, FIELDS, Field, stem_stream
from search.query import ANY

GenesNamed = Callable[[str], Iterable[str]]
"""The ids of the genes that a name may mean."""

_PLAIN = tuple(field for field in FIELDS if field.plain)
_PREFIXED = frozenset({"identifier", "pmid", "doi"})


def expand(tree: Query, genes_named: GenesNamed) -> Query:
    """The physical tree; NullQuery for nothing."""
    if tree is NullQuery:
        return NullQuery
    if isinstance(tree, (And, Or)):
        return type(tree)([expand(child, genes_named) for child in tree.subqueries])
    if isinstance(tree, Not):
        return Not(expand(tree.query, genes_named))
    return _any_of(list(_leaves(tree, genes_named)))


def fields_of(leaf: Query) -> tuple[Field, ...]:
    """The fields in which a leaf may be met."""
    return _PLAIN if leaf.fieldname == ANY else (BY_NAME[leaf.fieldname],)


def line_forms(leaf: Query, field: Field) -> list[tuple[str, ...]]:
    """The term sequences that meet a leaf in a line of the field, as stems where
    ``stemmed(leaf, field)``."""
    if isinstance(leaf, Phrase):
        return [tuple(leaf.words)]
    if stemmed(leaf, field):
        return [tuple(map(stem, form)) for form in spellings(leaf.text)]
    return spellings(leaf.text)


def stemmed(leaf: Query, field: Field) -> bool:
    """Whether a leaf is met by stems: a word in prose; never what stands in quotes."""
    return field.kind == "prose" and not isinstance(leaf, Phrase)


def keyword(leaf: Query) -> str:
    """A leaf as a keyword field holds it, folded and without a prefix such as ``HGNC:``."""
    text = " ".join(leaf.words) if isinstance(leaf, Phrase) else leaf.text
    return fold_case(text)


def _leaves(leaf: Query, genes_named: GenesNamed) -> Iterable[Query]:
    for field in fields_of(leaf):
        if field.name == "mentions":
            text = " ".join(leaf.words) if isinstance(leaf, Phrase) else leaf.text
            yield from (Term("mentions", fold_case(gene), field.weight) for gene in genes_named(text))
        elif field.kind == "keyword":
            yield Term(field.name, _bare(keyword(leaf), field), field.weight)
        else:
            stream = stem_stream(field) if stemmed(leaf, field) else field.name
            for form in dict.fromkeys(line_forms(leaf, field)):
                if len(form) == 1:
                    yield Term(stream, form[0], field.weight)
                else:
                    yield Phrase(stream, list(form), boost=field.weight)


def _bare(folded: str, field: Field) -> str:
    return folded.rpartition(":")[2] if field.name in _PREFIXED else folded


def _any_of(queries: list[Query]) -> Query:
    if not queries:
        return NullQuery
    return queries[0] if len(queries) == 1 else Or(queries)
