"""What there is to say of names under ``mentions:``: that nobody has one, that several genes have it, or that
it is a family's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from whoosh.query import Query, Term

from index.facets import Facets
from search.by_value import terms_met
from search.expand import typed
from search.identity import genes_named
from search.page import Warning
from search.storing import Store

_FIELD = "mentions"
_FAMILY = "family"
_TOLD = 5


def names_told(leaves: Iterable[Query], store: Store, facets: Facets) -> list[Warning]:
    """A warning for each name of no gene, or of several."""
    told = []
    for leaf in leaves:
        if leaf.fieldname != _FIELD:
            continue
        name = typed(leaf)
        genes = genes_named(name, store)
        if not genes:
            families = families_meant([leaf], facets)
            meant = "".join(f'; family:"{one}" finds the genes of the family' for one in families)
            told.append(f"no gene of this index is known as {name[:40]!r}{meant}")
        elif len(genes) > 1:
            symbols = store.symbols(genes[:_TOLD])
            some = ", ".join(symbols.get(one, one) for one in genes[:_TOLD])
            more = f" and {len(genes) - _TOLD:,} more" if len(genes) > _TOLD else ""
            told.append(
                f"{name[:40]!r} is a name of {len(genes):,} genes ({some}{more}): sentences that name any of "
                "them are found"
            )
    return [Warning(message) for message in dict.fromkeys(told)]


def families_meant(leaves: Iterable[Query], facets: Facets) -> Iterator[str]:
    """The families whose names, or these in the singular, stand where a gene's name is asked for."""
    families = facets.columns[_FAMILY]
    for leaf in leaves:
        if leaf.fieldname == _FIELD:
            name = typed(leaf)
            met = terms_met(families, _FAMILY, Term(_FAMILY, name))
            met = met or terms_met(families, _FAMILY, Term(_FAMILY, f"{name}s"))
            yield from map(families.term, met)
