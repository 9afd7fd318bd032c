"""The layout of the columnar index: one matrix of genes by words, read both ways, as flat arrays.

A *line* is a sentence or fact of one gene; a *text* is what lines of several genes may share: its words,
its field, the thing it is about and the genes it mentions.  Texts are numbered field by field, lines gene
by gene, so that a field is a range of texts and a gene a range of lines.  The labels of the Gene Ontology
(index/ontology.py) are the texts of the field ``go_wider``; no line has them.

    words                 every surface form and stem, in order; word_stems: the stem of each
    texts                 LineText of each text, encoded; field_texts: where the texts of each field begin;
                          text_sayings: the same number for texts that are alike but for case
    tokens                the words of all texts, text after text (text_tokens: where each begins), and
                          token_begins, token_ends: their places in the text, in code points
    surface_texts, stem_texts   of a word, the texts in which it stands; ..._counts: how often in each
    text_lines            of a text, its lines
    lines                 of a line: line_texts, line_docs, line_sources, line_codes (see CITED),
                          line_ats: one more than where a sentence begins in its section, 0 for others,
                          line_weights: what one occurrence in it weighs for its gene (see below)
    doc_lines             where the lines of each gene begin
    cited                 of a line, the references: twice the number of one, one more for a passage
    keywords              the values of keyword fields, ids of things and genes, folded
    keyword_docs          of a keyword, the genes that have it, in keyword_fields, with keyword_weights
    keyword_texts         of a keyword, the texts that are about it, keyword_mentions those that mention it
    prose_docs            of a stem, the genes that have it in the prose searched by plain words or in a
                          term above one of theirs, ascending, and prose_weights: its weight there
    named_docs            the same of a surface form in names
    above_terms           of a gene, the terms at or above those it is annotated to; above_codes: the
                          strongest grounds for each: twice the place of the provenance, one more if not cited
    label_terms           of a label, its term
    go_terms              of a text of the field ``go``, the term that it is, -1 for none
    reference_pmids       of a reference, its PubMed ID as a number, 0 for none
    heads, doc_papers, doc_popularity     of a gene

The weight of a word in a gene is the sum over fields that BM25F saturates (Robertson, Zaragoza and Taylor,
"Simple BM25 extension to multiple weighted fields", CIKM 2004)

    t = Σ weight × occurrences / (1 - B + B × length / average length)

with the length of a gene's field in words (in values for keywords) and the average over the genes that have
the field; a term that only follows weighs its field's weight, once.
"""

from __future__ import annotations

import msgspec
from msgspec import Struct

from index.documents import Head
from index.fields import FIELDS, Kind
from index.records import Provenance, Reference, Source

NAME = "columnar"
FOLDER = "columnar"
B = 0.2
"""Length normalisation: RANKING measured the usual 0.75 as the biggest single mistake here."""

FIELD_NUMBER: dict[str, int] = {field.name: number for number, field in enumerate(FIELDS)}
WIDER = FIELD_NUMBER["go_wider"]
_KINDS: tuple[Kind, ...] = ("name", "keyword", "prose", "column", "number", "shown", "implied")
_PLAIN_FIRST = sorted(FIELDS, key=lambda field: (not field.plain, _KINDS.index(field.kind)))
TEXT_ORDER: tuple[str, ...] = tuple(
    field.name for field in sorted(_PLAIN_FIRST, key=lambda field: field.kind == "implied")
)
"""The fields as their texts are numbered: those of plain words first, of these names, then keywords, then
prose; labels last."""

PROVENANCES: tuple[Provenance, ...] = ("curated", "computed", "ai")
CITED = 4
"""A line's code is the number of its field, shifted, with the place of its provenance and what follows."""
NOTHING = 8
"""The line is no evidence: it only says that nothing is known, or is about another gene."""
FIELD_SHIFT = 4
CODES = len(FIELDS) << FIELD_SHIFT
"""More than any code."""


class TextMention(Struct, frozen=True, array_like=True, gc=False):
    """A gene named in a text, in code points; where a name stands for several, one of each."""

    start: int
    end: int
    id: str
    symbol: str | None
    """None where the index does not hold the gene."""
    others: tuple[str, ...] = ()
    """The other genes that the name may mean."""
    other_symbols: tuple[str | None, ...] = ()
    """Their symbols."""


class LineText(Struct, frozen=True, array_like=True, gc=False):
    text: str
    key: str | None = None
    mentions: tuple[TextMention, ...] = ()
    families: tuple[tuple[int, int, str], ...] = ()
    """Families of genes named in it: start, end, name."""
    about: tuple[str, str | None] | None = None
    """Id and symbol of the other gene that the text is about."""


encode = msgspec.msgpack.Encoder().encode
decode_head = msgspec.msgpack.Decoder(Head).decode
decode_text = msgspec.msgpack.Decoder(LineText).decode
decode_reference = msgspec.msgpack.Decoder(Reference).decode
decode_source = msgspec.msgpack.Decoder(Source).decode
