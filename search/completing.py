"""Suggestions while a query is typed: genes by any beginning of a name, terms of the Gene Ontology, families.

What is typed is compared as names are: without case, dashes, blanks and Greek letters.  First stands what is
exactly so called; then what begins so, symbols before previous ones, aliases, names and terms, each kind with
what is written about most first.  Every kind keeps some places, so that no kind hides the others.  Of several
words the last is a beginning; a name or term need only hold the others, and where none holds all, the last
words are completed and the first stay as they are.  There a word in small letters is likelier a word of texts
than a gene: words that go with what was typed come first.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache, partial
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np

from index.analysis import FUNCTION_WORDS, fold_case, fold_spelling, terms
from index.completions import NO_NAME, Completions
from index.ontology import Ontology
from search.engines import Docs, Engine
from search.field_values import FieldValues, bound
from search.offers import (
    APART,
    FOLDED,
    NAME,
    NAME_KIND,
    SYMBOL,
    TOPIC,
    WORD,
    WORDS_TYPED,
    Offer,
    Offering,
    chosen,
)
from search.page import Completion, CompletionKind
from search.query import parse
from search.storing import Store
from search.typed_spans import typed_spans

LONGEST = 200
"""Of a longer query nothing is suggested."""
MOST = 50
"""Suggestions that are given at once."""
_WORDS = 6
"""So many last words are looked at."""
_ENOUGH = 2
"""With so many suggestions for all words none is looked for that is only for the last ones."""
_PASSES = 2
"""So many times a first word is left out before the last one is completed alone."""
_LEAST_WORD = 3
"""Letters that a word needs before it is completed by itself."""
_LEAST_BEHIND = 2
"""The same behind others, which say what it is about."""
_WORDS_BEHIND = 4
_LIKELY = 2
"""So many words that begin with three letters or more."""
_LONGEST_CONTEXT = 2
"""Of more plain words hardly a gene has all."""
_TOPICS_WEIGHED = 5
"""So many terms and families are compared with what stands before them."""
_CONTEXTS = 16
"""So many beginnings of queries are kept with their genes: they stay while a word is typed."""
SPECIAL = re.compile(r'["()\[\]{}:<>*?~]|(?:^|\s)[-+](?=\w)|\b(?:AND|OR|NOT)\b')
"""What the query language reads otherwise than as a word."""
_OPEN_END = re.compile(r"(?:\bAND\b|[\s(+])*$")
"""What stands between a finished part of a query and the word that it must go with."""
_OTHERWISE = re.compile(r"(?:\b(?:OR|NOT)|-)[\s(]*$")
"""Before a word that need not go with what stands before."""
_OPERATOR = re.compile(r"(?:^|\s)\+|\b(?:AND|OR|NOT)\b")
_PLAIN = re.compile(r"\w[\w.-]*")


class _Ending(NamedTuple):
    """The words at the end of a query that are completed."""

    before: str
    """What is kept as it is."""
    typed: str
    exact: bool = False
    """A value of a field, or in quotes: put in quotes unless it is one word."""
    opened: bool = False
    """In quotes that are still open."""

    @property
    def operated(self) -> bool:
        """What stands before is more than words."""
        return SPECIAL.search(self.before) is not None

    @property
    def quiet(self) -> bool:
        """It is behind others, and no part of a symbol by its look."""
        typed = self.typed
        return bool(self.before) and not self.exact and typed.islower() and not any(map(str.isdigit, typed))


class Completing:
    """The completions of one generation; safe to share between threads.

    Raises:
        Damaged: a file is missing, or the files do not go together.
    """

    def __init__(self, generation: Path, store: Store, ontology: Ontology, engine: Engine) -> None:
        self.known = Completions(generation, store.genes)
        self._store = store
        self._engine = engine
        self._ontology = ontology
        self._offering = Offering(self.known, store, ontology)
        self._values = FieldValues(self._offering, engine)
        self._found_by = lru_cache(_CONTEXTS)(partial(_matching, engine))

    def complete(self, q: str, size: int = 10) -> tuple[Completion, ...]:
        """Up to ``size`` suggestions for a query that is being typed."""
        size = min(size, MOST)
        q = q.strip()
        if size < 1 or len(q) > LONGEST or not q:
            return ()
        if (told := bound(q)) is not None:
            ending = _Ending(told.before, told.typed, exact=True, opened=told.opened)
            found = self._values.offers(told, size)
            if found or told.opened or len(told.typed.split()) < 2:
                return tuple([self._completion(ending, offer) for offer in found])
        picked: dict[tuple[str, int], tuple[_Ending, Offer]] = {}
        endings = list(_endings(q))
        if told is not None:
            endings = endings[-1:] if told.typed.islower() else []
        for ending in endings:
            if picked and ending is not endings[-1]:
                continue
            for offer in chosen(self._offers(ending), size - len(picked)):
                picked.setdefault(offer.key, (ending, offer))
            if len([1 for _, offer in picked.values() if offer.key[0] != offer.text]) >= min(size, _ENOUGH):
                break
        once: dict[tuple[str, str | None], Completion] = {}
        for ending, offer in picked.values():
            told_so = self._completion(ending, offer)
            which = told_so.id if told_so.leads == "gene" else None
            once.setdefault((fold_case(told_so.text), which), told_so)
        return tuple(once.values())

    def _offers(self, ending: _Ending) -> list[Offer]:
        before, typed = ending.before, ending.typed
        words = terms(typed)
        if not words:
            return []
        topics = self._offering.topics(typed, words)
        in_words = [*self._offering.named(typed, words), *topics]
        if before:  # behind other words only what goes on with what was typed
            first = typed.split()[0].lower()
            in_words = [offer for offer in in_words if offer.text.lower().startswith(first)]
        if len(words) > 1:
            in_words = [offer for offer in in_words if _holds_apart(offer.text, words)]
        short = list(self._offering.short(typed))
        if before:
            told_before = {fold_spelling(word) for word in before.split()}
            short = [offer for offer in short if fold_spelling(offer.text) not in told_before]
        offers = [*short, *in_words]
        if ending.quiet:
            offers = [_behind_words(offer) for offer in offers]
        if before and not _OTHERWISE.search(before) and ending.operated:
            offers = list(self._going_with(offers, self._context(before), ending.quiet))
        told = {fold_spelling(offer.text) for offer in offers}
        by_themselves = [*self._words_typed(typed, words, topics), *self._word(words, ending)]
        return [*offers, *[offer for offer in by_themselves if fold_spelling(offer.text) not in told]]

    # What goes with what stands before

    def _context(self, before: str) -> Docs | None:
        """The genes that what stands before finds; None where there are none, or it need not be met."""
        asked = _OPEN_END.sub("", before)
        long = len(asked.split()) > _LONGEST_CONTEXT and not _OPERATOR.search(before)
        if not asked or long or _OTHERWISE.search(before):
            return None
        docs = self._found_by(asked)
        return docs if len(docs) else None

    def _going_with(self, offers: Iterable[Offer], among: Docs | None, quiet: bool) -> Iterator[Offer]:
        """Without terms, families and names of several words that no gene has besides what stands before, and
        where small letters are typed without symbols of other genes."""
        if among is None:
            yield from offers
            return
        flags = np.zeros(self._store.genes, np.bool_)
        flags[among] = True
        topics = 0
        for offer in offers:
            what, number = offer.key
            if offer.name is not None:
                if flags[number] or not (quiet or len(offer.text.split()) > 1):
                    yield offer
            elif topics < _TOPICS_WEIGHED:
                topics += 1
                if what == "family":
                    under = self._found_by(f"family:{_quoted(offer.text)}")
                else:
                    under = self._ontology.docs_under(np.array([number], np.int32))
                if flags[under].any():
                    yield offer

    # Words

    def _word(self, words: Sequence[str], ending: _Ending) -> Iterator[Offer]:
        """A word by itself, as most texts have it; behind others several, and of what they find."""
        (begun, *others) = words
        if others or begun.isdigit():
            return
        if not ending.before or ending.opened:
            if len(begun) >= _LEAST_WORD:
                for word in self._engine.words.frequent(begun, 1):
                    if word != begun:
                        yield Offer(WORD, word, key=(word, 0))
        elif len(begun) >= _LEAST_BEHIND:
            told = set(terms(ending.before))
            order = FOLDED if ending.quiet else WORDS_TYPED
            among = self._context(ending.before)
            for word in islice(self._going(begun, told, among), _WORDS_BEHIND):
                yield Offer(order, word, key=(word, 0))

    def _going(self, begun: str, without: Iterable[str], among: Docs | None) -> Iterator[str]:
        """Words that begin so, without symbols: these are offered as genes."""
        left_out = {begun, *without}
        digits = any(map(str.isdigit, begun))
        for word in self._engine.words.frequent(begun, 2 * _WORDS_BEHIND + len(left_out), among):
            if word not in left_out and (digits or not any(map(str.isdigit, word))):
                yield word

    def _words_typed(self, typed: str, words: Sequence[str], offers: Sequence[Offer]) -> Iterator[Offer]:
        """The words as they are typed, the last one as most of the terms that hold them have it, or else as
        it goes best with the others."""
        *others, last = words
        pieces = typed.split()
        if not others or len(last) < _LEAST_BEHIND or terms(pieces[-1]) != [last] or last.isdigit():
            return
        ends = Counter(
            word
            for offer in offers
            for word in dict.fromkeys(terms(offer.text))
            if word.startswith(last) and word != last and word not in others
        )
        if ends:
            likely = [word for word, _ in ends.most_common(1)]
        elif len(words) > 2 or not pieces[-1].islower() or SPECIAL.search(typed):
            return
        else:
            among = self._context(" ".join(pieces[:-1]))
            going = self._going(last, others, among) if among is not None else iter(())
            likely = list(islice(going, _WORDS_BEHIND if len(last) < _LEAST_WORD else _LIKELY))
        told = {fold_case(offer.text) for offer in offers}
        for word in likely:
            text = " ".join([*pieces[:-1], word])
            if fold_case(text) not in told:
                yield Offer(WORDS_TYPED, text, key=(text, 0))

    # What is told

    def _completion(self, ending: _Ending, offer: Offer) -> Completion:
        text = offer.text
        several = len(text.split()) > 1
        if ending.opened or (ending.exact and not _PLAIN.fullmatch(text)):
            quoted = True
        elif offer.name is None or ending.before:
            named = offer.key[0] != text
            quoted = SPECIAL.search(text) is not None or (several and named and ending.operated)
        else:
            quoted = False
        put = _quoted(text) if quoted else text
        moved = len(ending.before) + quoted
        spans = tuple([(start + moved, end + moved) for start, end in typed_spans(text, ending.typed)])
        if offer.name is None:
            kind, reason, genes = self._topic_told(offer)
            return Completion(ending.before + put, kind, reason, spans, "search", genes=genes)
        gene = self._store.gene(offer.name.doc)
        kind, reason = NAME_KIND[offer.name.kind]
        return Completion(
            text=ending.before + put,
            kind=kind,
            reason=reason.format(gene.symbol) + (" and of other genes" if offer.shared else ""),
            spans=spans,
            leads="search" if ending.before or ending.opened else "gene",
            symbol=gene.symbol,
            id=gene.id,
            name=self._full_name(gene.doc),
        )

    def _full_name(self, doc: int) -> str | None:
        rows = self.known.gene_names
        row = int(rows[doc])
        return self._store.name(row).spelling if row != NO_NAME else None

    def _topic_told(self, offer: Offer) -> tuple[CompletionKind, str, int | None]:
        if offer.topic < 0:
            return "words", "words", None
        what, number = offer.key
        if what == "family":
            genes = int(self.known.family_genes[number])
            return "family", f"family, {_many(genes)}", genes
        genes = self._ontology.genes_under(number)
        own = self._ontology.text(self._ontology.labels_of(number).start)
        synonym = f" ({own})" if own != offer.text else ""
        return "term", f"Gene Ontology term{synonym}, {_many(genes)}", genes


def _endings(q: str) -> Iterator[_Ending]:
    """What is kept as it is, and the words behind it that are completed: as many as there are, then fewer."""
    if q.count('"') % 2:
        at = q.rindex('"')
        yield _Ending(q[:at], q[at + 1 :].strip(), exact=True, opened=True)
        return
    end = 0
    for found in SPECIAL.finditer(q):
        end = found.end()
    if end and not q[:end].isspace() and " " not in q:
        yield _Ending("", q)
    pieces = list(re.finditer(r"\S+", q[end:]))[-_WORDS:]
    starts = [end + piece.start() for piece in pieces if piece.group().lower() not in FUNCTION_WORDS]
    if pieces and (not starts or end + pieces[-1].start() != starts[-1]):
        starts.append(end + pieces[-1].start())
    for start in [*starts[:_PASSES], *starts[_PASSES:][-1:]]:
        yield _Ending(q[:start], q[start:])


def _holds_apart(text: str, words: Sequence[str]) -> bool:
    """Whether what the last word begins is another word of the text than those that the others are."""
    *others, last = words
    return not any(word.startswith(last) for word in others) or any(
        word.startswith(last) and word not in others for word in terms(text)
    )


def _behind_words(offer: Offer) -> Offer:
    """In its place behind a query in small letters: terms, then genes by their symbols and names."""
    if offer.name is None:
        return offer._replace(order=SYMBOL) if offer.order == TOPIC else offer
    if offer.order >= APART:
        return offer
    return offer._replace(order=NAME if NAME_KIND[offer.name.kind][0] in ("symbol", "name") else WORD)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', " ") + '"'


def _many(genes: int) -> str:
    return f"{genes:,} gene{'' if genes == 1 else 's'}"


def _matching(engine: Engine, asked: str) -> Docs:
    """Not a method, so that no cache holds its own index, whose files would stay open with it."""
    return engine.asking().matching(parse(asked).tree).docs
