"""The fields of a searchable document: one table, read by both sides.

``weight`` is a field's factor in the text score.  RANKING measured that weights
near 1 do as well as steep ones once identity is settled before text (an exact
name never competes by weight), so they stay mild: a description weighs two, since it was
written of this gene; other names, of which there are many, a quarter (docs/RANKING.md); what a page says of
another gene (index/asides.py) counts for hardly anything.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Kind = Literal["prose", "name", "keyword", "implied", "column", "number", "shown"]
"""How a field is matched.

``prose``: surface forms and stems, two streams.  ``name``: surface forms only.
``keyword``: the whole value, folded.  ``implied``: matched as prose is, but in lines that no document
has, because they follow from lines that it has (index/ontology.py); text engines do not index it.
``column``: one of few values, ``number``: a number or a range of numbers; both are met through arrays
beside the engine, choose genes and add nothing to a score.  ``shown``: kept with the gene, never matched.
"""


class Field(Struct, frozen=True):
    name: str
    kind: Kind
    weight: float = 0.0
    plain: bool = False
    """Searched by plain words; otherwise only as ``name:word``."""
    facet: bool = False
    """Counted beside an answer (index/facets.py)."""
    stored: bool = True
    """Kept with the gene, to be shown and highlighted."""
    title: str = ""
    """What a page calls the field."""


FIELDS: tuple[Field, ...] = (
    Field("symbol", "name", 2.0, plain=True, title="Symbol"),
    Field("previous_symbol", "name", 1.0, plain=True, title="Previous symbol"),
    Field("alias", "name", 1.0, plain=True, title="Alias"),
    Field("name", "prose", 1.0, plain=True, title="Name"),
    Field("other_name", "prose", 0.25, plain=True, title="Other name"),
    Field("family", "prose", 1.0, plain=True, facet=True, title="Family"),
    Field("description", "prose", 2.0, plain=True, title="Description"),
    Field("summary", "prose", 1.0, plain=True, title="Summary"),
    Field("aside", "prose", 0.1, plain=True, title="About another gene"),
    Field("atlas", "prose", 1.0, plain=True, title="Protein Atlas"),
    Field("go", "prose", 1.0, plain=True, title="Gene Ontology"),
    Field("go_wider", "implied", 0.5, plain=True, title="Gene Ontology, wider term or synonym"),
    Field("tissue", "prose", 1.0, plain=True, title="Expressed in"),
    Field("regulator", "name", 0.5, plain=True, title="Transcription factor"),
    Field("reference", "prose", 0.5, plain=True, title="Reference"),
    Field("protein", "name", 1.0, plain=True, title="Protein"),
    Field("locus_type", "keyword", 1.0, facet=True, title="Locus type"),
    Field("go_id", "keyword", 1.0, plain=True, title="Gene Ontology id"),
    Field("location", "keyword", 1.0, plain=True, facet=True, title="Location"),
    Field("identifier", "keyword", 1.0, plain=True, title="Identifier"),
    Field("pmid", "keyword", 1.0, plain=True, title="PubMed id"),
    Field("doi", "keyword", 1.0, plain=True, title="DOI"),
    Field("mentions", "keyword", 0.5, title="Gene mentioned"),
    Field("dataset", "prose", 0.5, title="Dataset"),
    Field("chromosome", "column", facet=True, title="Chromosome"),
    Field("go_aspect", "column", facet=True, title="Gene Ontology aspect"),
    Field("provenance", "column", facet=True, title="Who says it"),
    Field("source", "column", facet=True, title="Source"),
    Field("cited", "column", facet=True, title="Has a cited summary"),
    Field("papers", "number", title="Number of papers"),
    Field("refs", "number", title="Number of cited papers"),
    Field("year", "number", title="Year of a cited paper"),
    Field("publication", "shown", title="Publications"),
    Field("property", "shown", title="Property"),
    Field("association", "shown", title="Functional associations"),
    Field("check", "shown", title="Checks of the post"),
)

BY_NAME: dict[str, Field] = {field.name: field for field in FIELDS}
ASIDES, TITLES = "aside", "reference"
"""The fields of sentences about another gene (index/asides.py), and of papers' titles (index/titles.py)."""

WEIGHTS_VERSION = 3
"""Part of a generation's digest: raise it when a weight changes what an index holds."""


BESIDE = ("implied", "column", "number")
"""Kinds that text engines do not index."""


def stem_stream(field: Field) -> str | None:
    """The stream of the field's stems, None where there is none.

    The stream of surface forms, or of folded keywords, has the field's own name; an implied
    field has none.
    """
    return field.name + "_stem" if field.kind == "prose" else None
