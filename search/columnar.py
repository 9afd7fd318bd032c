"""The columnar index of a generation, opened: the arrays of index/columnar.py, mapped and checked.

Numbers of lists are looked up through memory views, which give Python integers at once; whole lists are
numpy arrays.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from index.analysis import fold_case
from index.columnar import FOLDER, TEXT_ORDER, LineText, decode_reference, decode_source, decode_text
from index.columns import Dictionary, Strings, check_starts, read
from index.fields import FIELDS
from index.records import Reference

_Scalar = TypeVar("_Scalar", bound=np.generic)
_PLACE = {name: place for place, name in enumerate(TEXT_ORDER)}


def paper_key(reference: Reference) -> str:
    """The same for references of a gene to one paper."""
    return reference.pmid or reference.doi or fold_case(reference.title or f"{reference.n}")


class Lists:
    """Lists of numbers of different lengths, by number."""

    def __init__(self, folder: Path, name: str, count: int, values: NDArray[np.generic]) -> None:
        self.starts = read(folder, f"{name}_starts", np.uint32)
        check_starts(self.starts, count, len(values), f"{FOLDER}/{name}")
        self._starts = self.starts.data

    def bounds(self, number: int) -> tuple[int, int]:
        return self._starts[number], self._starts[number + 1]


class Columnar:
    """Everything that is known of the genes' lines, words and keywords; safe to share between threads.

    Raises:
        OSError: a file is missing.
        ValueError: a file is damaged, or does not go with the others.
    """

    def __init__(self, generation: Path) -> None:
        folder = generation / FOLDER

        def column(name: str, kind: type[_Scalar], length: int | None = None) -> NDArray[_Scalar]:
            values = read(folder, name, kind)
            if length is not None and len(values) != length:
                raise ValueError(f"{FOLDER}/{name} is damaged: {len(values)} numbers instead of {length}")
            return values

        def lists(name: str, count: int, kind: type[_Scalar]) -> tuple[Lists, NDArray[_Scalar]]:
            values = column(name, kind)
            return Lists(folder, name, count, values), values

        self.words = Dictionary(folder, "words")
        self.keywords = Dictionary(folder, "keywords")
        words, keywords = len(self.words), len(self.keywords)
        self.word_stems = column("word_stems", np.uint32, words)
        self.heads = Strings(folder, "heads")
        self.texts = Strings(folder, "texts")
        self.references = Strings(folder, "references")
        sources = Strings(folder, "sources")
        self.sources = [decode_source(sources[number]) for number in range(len(sources))]
        self.documents = len(self.heads)
        self.label_terms = column("label_terms", np.uint32)
        texts = len(self.texts) + len(self.label_terms)

        self.tokens = column("tokens", np.uint32)
        self.text_tokens = Lists(folder, "text_tokens", texts, self.tokens)
        self.token_begins = column("token_begins", np.uint32)
        self.token_ends = column("token_ends", np.uint32, len(self.token_begins))
        fields = column("field_texts_starts", np.uint32)
        check_starts(fields, len(FIELDS), texts, f"{FOLDER}/field_texts")
        self._fields = fields.data
        self.surfaces, self.surface_texts = lists("surface_texts", words, np.uint32)
        self.surface_counts = column("surface_counts", np.uint16, len(self.surface_texts))
        self.stems, self.stem_texts = lists("stem_texts", words, np.uint32)
        self.stem_counts = column("stem_counts", np.uint16, len(self.stem_texts))

        self.count = texts
        """How many texts there are, the labels too."""
        self.line_texts = column("line_texts", np.uint32)
        lines = len(self.line_texts)
        self.line_docs = column("line_docs", np.int32, lines)
        self.line_sources = column("line_sources", np.uint32, lines)
        self.line_text, self.line_source = self.line_texts.data, self.line_sources.data
        self.line_codes = column("line_codes", np.uint16, lines)
        self.line_at = column("line_ats", np.uint32, lines).data
        self.line_weights = column("line_weights", np.float32, lines)
        self.doc_lines = Lists(folder, "doc_lines", self.documents, self.line_texts)
        self.text_lines, self.lines_of_texts = lists("text_lines", texts, np.uint32)
        self.cited, self.cited_references = lists("cited", lines, np.uint32)

        self.keyword_docs, self.docs_of_keywords = lists("keyword_docs", keywords, np.int32)
        self.keyword_fields = column("keyword_fields", np.uint8, len(self.docs_of_keywords))
        self.keyword_weights = column("keyword_weights", np.float32, len(self.docs_of_keywords))
        self.keyword_texts, self.texts_about = lists("keyword_texts", keywords, np.uint32)
        self.keyword_mentions, self.texts_mentioning = lists("keyword_mentions", keywords, np.uint32)

        self.prose, self.prose_docs = lists("prose_docs", words, np.int32)
        self.prose_weights = column("prose_weights", np.float32, len(self.prose_docs))
        self.named, self.named_docs = lists("named_docs", words, np.int32)
        self.named_weights = column("named_weights", np.float32, len(self.named_docs))

        self.above, self.above_terms = lists("above_terms", self.documents, np.uint32)
        self.above_codes = column("above_codes", np.uint8, len(self.above_terms))
        self.first_label = self.texts_in("go_wider")[0]
        """The text that is the first label of the ontology; the others follow it."""
        if self.first_label != len(self.texts):
            raise ValueError(f"{FOLDER} is damaged: its texts do not go together")
        self.terms = int(self.label_terms[-1]) + 1 if len(self.label_terms) else 0
        if self.terms > len(self.label_terms):
            raise ValueError(f"{FOLDER}/label_terms is damaged: each term has a label")
        self.text_sayings = column("text_sayings", np.uint32, self.first_label)
        self.text_saying = self.text_sayings.data
        self.first_go, last_go = self.texts_in("go")
        self.go_terms = column("go_terms", np.int32, last_go - self.first_go)
        self.reference_pmids = column("reference_pmids", np.uint32, len(self.references))
        self.doc_papers = column("doc_papers", np.uint32, self.documents)
        self.doc_popularity = column("doc_popularity", np.float32, self.documents)

    @cached_property
    def reference_years(self) -> NDArray[np.int64]:
        """The year of each reference, 0 for none; read from all of them when it is first wanted."""
        return np.array([reference.year or 0 for reference in self._every_reference()], np.int64)

    @cached_property
    def reference_papers(self) -> NDArray[np.int64]:
        """The same number for references to one paper, less than how many references there are."""
        numbers: dict[str, int] = {}
        papers = [numbers.setdefault(paper_key(one), len(numbers)) for one in self._every_reference()]
        return np.array(papers, np.int64)

    def _every_reference(self) -> Iterator[Reference]:
        return (decode_reference(self.references[number]) for number in range(len(self.references)))

    def text(self, line: int) -> LineText:
        """The text of a line."""
        number = self.line_text[line]
        return decode_text(self.texts.view(number))

    def texts_in(self, field: str) -> tuple[int, int]:
        """The first text of a field, and the one behind its last."""
        place = _PLACE[field]
        return self._fields[place], self._fields[place + 1]
