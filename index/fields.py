"""The fields of a searchable document: one table, read by both sides.

``weight`` is a field's factor in the text score.  RANKING measured that weights
near 1 do as well as steep ones once identity is settled before text (an exact
name never competes by weight), so they stay mild: a name says more of a gene than
a sentence does, a paper's title less.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Kind = Literal["prose", "name", "keyword", "implied", "shown"]
"""How a field is matched.

``prose``: surface forms and stems, two streams.  ``name``: surface forms only.
``keyword``: the whole value, folded.  ``implied``: matched as prose is, but in lines that no document
has, because they follow from lines that it has (index/ontology.py); text engines do not index it.
``shown``: kept with the gene, never matched.
"""


class Field(Struct, frozen=True):
    name: str
    kind: Kind
    weight: float = 0.0
    plain: bool = False
    """Searched by plain words; otherwise only as ``name:word``."""
    facet: bool = False
    """Counted beside an answer, by engines that can."""
    stored: bool = True
    """Kept with the gene, to be shown and highlighted."""
    title: str = ""
    """What a page calls the field."""


FIELDS: tuple[Field, ...] = (
    Field("symbol", "name", 4.0, plain=True, title="Symbol"),
    Field("previous_symbol", "name", 2.0, plain=True, title="Previous symbol"),
    Field("alias", "name", 2.0, plain=True, title="Alias"),
    Field("name", "prose", 2.0, plain=True, title="Name"),
    Field("other_name", "prose", 1.0, plain=True, title="Other name"),
    Field("family", "prose", 1.5, plain=True, facet=True, title="Family"),
    Field("description", "prose", 1.0, plain=True, title="Description"),
    Field("summary", "prose", 1.0, plain=True, title="Summary"),
    Field("atlas", "prose", 1.0, plain=True, title="Protein Atlas"),
    Field("go", "prose", 1.0, plain=True, facet=True, title="Gene Ontology"),
    Field("go_wider", "implied", 0.25, plain=True, title="Gene Ontology, wider term or synonym"),
    Field("tissue", "prose", 1.0, plain=True, facet=True, title="Expressed in"),
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
    Field("dataset", "prose", 0.5, facet=True, title="Dataset"),
    Field("publication", "shown", title="Publications"),
    Field("property", "shown", title="Property"),
    Field("association", "shown", title="Functional associations"),
    Field("check", "shown", title="Checks of the post"),
)

BY_NAME: dict[str, Field] = {field.name: field for field in FIELDS}

WEIGHTS_VERSION = 1
"""Part of a generation's digest: raise it when a weight changes what an index holds."""


def stem_stream(field: Field) -> str | None:
    """The stream of the field's stems, None where there is none.

    The stream of surface forms, or of folded keywords, has the field's own name; an implied
    field has none.
    """
    return field.name + "_stem" if field.kind == "prose" else None
