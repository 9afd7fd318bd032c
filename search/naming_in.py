"""Genes that are named inside a query of several words: the runs of its words that are names.

A run is sure where the writing tells that a gene is meant: ``IL2``, ``WAS`` among small letters, ``c-Myc``, a
full name of several words.  It is not where a word of the language is written the same: ``rest``, ``impact``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import accumulate
from zlib import crc32

from msgspec import Struct
from whoosh.query import Query, Term

from index.analysis import FUNCTION_WORDS, LATIN, atoms, fold_case, fold_latin, fold_spelling
from search.common_words import COMMON_WORDS
from search.identity import Identified, named_today, tier_of
from search.page import MatchKind
from search.query import ANY, GENE, MAX_WORDS
from search.respelling import is_pattern_word
from search.storing import Store

LONGEST = 4
"""Most words of a name that is looked for."""
COMMON = 0.005
"""A word that so large a share of the genes' texts holds is no gene's name for sure: ``DNA``, ``insulin``."""
BESIDE_THE_SYMBOL = 0.2
"""What all other genes of a name weigh together where it is a gene's symbol, or was one's."""
STRONG: tuple[MatchKind, ...] = ("symbol", "previous_symbol")
"""Kinds of names that are not used for other things as well."""

_AROUND = ".,;:!?*\"'“”‘’«»()[]{}"
_PIECE = re.compile(r"[^\W_]+")
_NUMBERED = re.compile(r"([^\W\d_][\w-]*?-?)(\d+[A-Za-z]?(?:/-?\d+[A-Za-z]?)+)", re.ASCII)
"""``CDK4/6``, ``SMAD2/3``, ``IL-4/-13``."""
_FEWEST_PIECES = 2
_OPERATORS = frozenset({"AND", "OR", "NOT"})
_TELLING = "gene"
"""The word behind a name that makes any name sure: ``rest gene``."""
_SYMBOLS = frozenset({"symbol", "previous_symbol", "alias", "withdrawn"})
_SHORT = 2
"""Letters of a word that is no sure name in small letters."""
_SAYS_LITTLE = 2
"""Words of a full name that nobody approved which may as well describe: ``growth factor``."""
_FULL: frozenset[MatchKind] = frozenset({"name"})


class NamedGene(Struct, frozen=True):
    """One of the genes of a name."""

    gene: Identified
    tier: int
    """How alike the name is written (search.identity)."""
    weight: float
    """Its share of what the name says; those of one run are 1 together."""


class NamedRun(Struct, frozen=True):
    """Words of a query that follow one another and are a gene's name."""

    text: str
    leaves: tuple[int, ...]
    """Which of the query's leaves they are, in their order; a function word is none."""
    genes: tuple[NamedGene, ...]
    """The strongest first."""
    sure: bool


class _Word(Struct, frozen=True):
    typed: str
    folded: str
    latin: str
    """Folded with Greek letters as Latin ones; the same where there are none."""
    leaf: int | None
    piece: bool
    """Whether it is only a piece of what was typed: ``p53`` of ``p53-dependent``."""
    required: bool
    """Typed in capitals where only a gene is meant by them (search.query.GENE)."""


def genes_named_in(
    q: str,
    leaves: Sequence[Query],
    plain: bool,
    store: Store,
    held: Sequence[int] | None = None,
) -> list[NamedRun]:
    """The names in a query, from left to right, the longest first, none overlapping.

    ``leaves`` are its words (search.query.words_of), ``held`` the number of genes that hold each.  Words of
    a query that is not plain are names only by themselves.
    """
    places = {fold_case(leaf.text): place for place, leaf in enumerate(leaves) if _is_word(leaf)}
    if not places:
        return []
    required = frozenset(place for place, leaf in enumerate(leaves) if leaf.fieldname == GENE)
    words: list[_Word] = []
    for typed in q.split(maxsplit=MAX_WORDS)[:MAX_WORDS]:
        word = _word(typed, places, required)
        words += [word] if word.typed.isalnum() else _pieces(word, store)
    quiet = any(char.islower() for word in words if not word.required for char in word.typed)
    reading = _Reading(words, store, held or (), quiet)
    return reading.runs() if plain else reading.single()


def _is_word(leaf: Query) -> bool:
    return isinstance(leaf, Term) and leaf.fieldname in (ANY, GENE)


def _word(typed: str, places: Mapping[str, int], required: frozenset[int]) -> _Word:
    if not typed.isalnum():
        if is_pattern_word(typed):
            return _Word(typed, typed, typed, None, False, False)
        typed = typed.strip(_AROUND) if fold_case(typed) not in places else typed
    leaf = places.get(fold_case(typed)) if typed and typed not in _OPERATORS else None
    folded = fold_spelling(typed) if any(map(str.isalnum, typed)) else ""
    latin = LATIN.get(folded) or fold_latin(typed) or folded
    return _Word(typed, folded, latin, leaf, False, leaf is not None and leaf in required)


def _of_one_stem(typed: str) -> list[str]:
    """The names that share what stands before their numbers: ``CDK4`` and ``CDK6`` of ``CDK4/6``."""
    found = _NUMBERED.fullmatch(typed) if "/" in typed else None
    return [found[1] + number for number in _PIECE.findall(found[2])] if found else []


def _pieces(word: _Word, store: Store) -> list[_Word]:
    """A word in the pieces that may be names where it is none as a whole: of ``p53-dependent``,
    ``EML4-ALK``, ``FUS/TLS`` and ``CDK4/6``."""
    numbered = _of_one_stem(word.typed)
    pieces = numbered or _PIECE.findall(word.typed) if word.leaf is not None and ":" not in word.typed else []
    whole = {word.folded, word.latin}
    if len(pieces) < _FEWEST_PIECES or any(store.may_be_name(crc32(one.encode())) for one in whole):
        return [word]
    if store.withdrawn(word.typed):
        return [word]
    folded = [fold_spelling(piece) for piece in pieces]
    return [
        _Word(piece, one, LATIN.get(one) or fold_latin(piece) or one, word.leaf, True, False)
        for piece, one in zip(pieces, folded, strict=True)
    ]


class _Reading:
    """One query's words."""

    def __init__(self, words: Sequence[_Word], store: Store, held: Sequence[int], quiet: bool) -> None:
        self._words = words
        self._store = store
        self._held = held
        self._quiet = quiet
        """Whether some word has a small letter, so that capitals tell something."""

    def runs(self) -> list[NamedRun]:
        found: list[NamedRun] = []
        possible = [self._possible(place) for place in range(len(self._words))]
        self._store.prefetch(
            names=[self._text(place, last) for place, lasts in enumerate(possible) for last in lasts]
        )
        place = 0
        while place < len(self._words):
            run = next((run for last in possible[place] if (run := self._run(place, last))), None)
            if run is None:
                place += 1
            else:
                found.append(run[0])
                place = run[1]
        return found

    def single(self) -> list[NamedRun]:
        self._store.prefetch(names=[word.typed for word in self._words])
        runs = (self._run(place, place + 1) for place in range(len(self._words)))
        return [run[0] for run in runs if run is not None]

    def _possible(self, first: int) -> list[int]:
        """Where runs may end that begin here and whose hash some name has, the longest first."""
        ends = []
        hashed = latin = 0
        for last, word in enumerate(self._words[first : first + LONGEST], first + 1):
            same = hashed == latin
            hashed = crc32(word.folded.encode(), hashed)
            latin = hashed if same and word.latin is word.folded else crc32(word.latin.encode(), latin)
            may = self._store.may_be_name
            if word.folded and (may(hashed) or (latin != hashed and may(latin))):
                ends.append(last)
        ends.reverse()
        return ends

    def _run(self, first: int, last: int) -> tuple[NamedRun, int] | None:
        words = self._words[first:last]
        leaves = tuple(dict.fromkeys(word.leaf for word in words if word.leaf is not None))
        if not leaves or not words[0].folded:
            return None
        if len(words) == 1 and (len(words[0].folded) < 2 and not self._told(last)):
            return None
        text = self._text(first, last)
        genes = named_today(text, self._store)
        if len(words) > 1:
            borders = _borders(words)
            as_read = borders <= _inner_borders("".join(word.folded for word in words))
            genes = [
                gene
                for gene in genes
                if borders <= _inner_borders(gene.match.value)
                or (as_read and fold_spelling(gene.match.value) != fold_spelling(text))
            ]
            if _begins_or_ends_in_a_function_word(words):
                genes = [gene for gene in genes if gene.match.kind in _FULL]
        if not genes:
            return None
        sure = self._sure(words, genes, last)
        short = sum(len(word.folded) for word in words) <= _SHORT
        if (short or not sure) and any(word.piece for word in words):
            return None
        return NamedRun(text, leaves, _weighed(text, genes, self._store), sure), last

    def _text(self, first: int, last: int) -> str:
        return " ".join([word.typed for word in self._words[first:last]])

    def _told(self, last: int) -> bool:
        """Whether the word behind says that a gene was named."""
        return last < len(self._words) and self._words[last].folded == _TELLING

    def _sure(self, words: Sequence[_Word], genes: Sequence[Identified], last: int) -> bool:
        kind = genes[0].match.field
        if self._told(last) and kind in _SYMBOLS:
            return True
        if kind not in _SYMBOLS:
            return self._sure_in_words(words, genes)
        if len(words) == 1:
            return self._sure_word(words[0], genes[0])
        if sum(len(word.folded) for word in words) <= _SHORT and any(map(_is_small, words)):
            return False
        beside = [word for word in words if word.typed.isalpha() and _is_small(word)]
        return not any(word.folded in COMMON_WORDS for word in beside if word.folded not in LATIN)

    def _sure_in_words(self, words: Sequence[_Word], genes: Sequence[Identified]) -> bool:
        """Of a full name: one that is approved or says much."""
        if len(words) > 1:
            told = any(char.isdigit() or char.isupper() for word in words for char in word.typed)
            return genes[0].match.field == "name" or (len(genes) == 1 and (told or len(words) > _SAYS_LITTLE))
        return words[0].folded not in COMMON_WORDS and self._share(words[0]) < COMMON

    def _sure_word(self, word: _Word, gene: Identified) -> bool:
        """Of one word that is a symbol or alias."""
        typed, literal = word.typed, word.typed == gene.match.value
        if word.required:
            return True
        if typed.isdigit():
            return False
        capitals = typed.upper() == typed and (self._quiet or any(map(str.isdigit, typed)))
        symbol = gene.match.kind in STRONG
        if any(map(str.isdigit, typed)):
            return len(word.folded) > _SHORT or (capitals and symbol)
        if capitals and len(word.folded) > _SHORT:
            return symbol or self._share(word) < COMMON
        if capitals:
            return symbol and self._share(word) < COMMON
        if not typed.isupper() and (
            sum(map(str.isupper, typed)) > 1 or (literal and not typed[1:].islower())
        ):
            return True
        if word.folded in COMMON_WORDS or len(word.folded) <= _SHORT:
            return False
        return self._share(word) < (COMMON if gene.match.kind != "alias" or len(typed) > 3 else COMMON / 5)

    def _share(self, word: _Word) -> float:
        """Of all genes, those whose texts hold a word; 0 where that is not known."""
        if word.leaf is None or word.leaf >= len(self._held):
            return 0.0
        return self._held[word.leaf] / max(self._store.genes, 1)


def _is_small(word: _Word) -> bool:
    return word.typed.islower()


def _inner_borders(name: str) -> frozenset[int]:
    """Where a name may be written apart, counted in what it folds to."""
    return frozenset(accumulate(map(len, atoms(name))))


def _borders(words: Sequence[_Word]) -> frozenset[int]:
    """Where the words of a run are apart, counted in the same way."""
    return frozenset(accumulate(len(word.folded) for word in words[:-1]))


def _begins_or_ends_in_a_function_word(words: Sequence[_Word]) -> bool:
    return any(word.typed in FUNCTION_WORDS for word in (words[0], words[-1]))


def _weighed(text: str, genes: Sequence[Identified], store: Store) -> tuple[NamedGene, ...]:
    """Genes of one name by their papers; beside one whose symbol it is or was the others count little, and
    so do genes of another species than most."""
    rows = store.rows(gene.doc for gene in genes)
    papers = [row.papers + 1 for row in rows]
    native = [row.taxon == store.species for row in rows]
    kinds = {gene.match.kind for gene, own in zip(genes, native, strict=True) if own or not any(native)}
    kind = next((one for one in STRONG if one in kinds), None)
    strong = [
        (own or not any(native)) and (kind is None or gene.match.kind == kind)
        for gene, own in zip(genes, native, strict=True)
    ]
    of_strong = 1.0 if all(strong) else 1.0 - BESIDE_THE_SYMBOL
    total = sum(count for count, told in zip(papers, strong, strict=True) if told)
    others = max(sum(papers) - total, 1)
    return tuple(
        NamedGene(
            gene,
            tier_of(text, gene.match.value),
            of_strong * count / total if told else BESIDE_THE_SYMBOL * count / others,
        )
        for gene, count, told in zip(genes, papers, strong, strict=True)
    )
