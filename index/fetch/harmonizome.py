"""Harmonizome's genes, asked one by one: its API lists them, and answers for each.

API: https://maayanlab.cloud/Harmonizome/documentation .  ``…/gene?cursor=N`` answers
``{count, selection, next, entities: [{symbol, href}]}``, a hundred genes a page; ``…/gene/SYMBOL`` the
gene, and for one that it does not know ``{status: 400, message}`` with HTTP 200.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from urllib.parse import parse_qs, quote, urljoin, urlsplit

import msgspec
from msgspec import Struct

from index.fetch import checks
from index.fetch.addresses import host
from index.fetch.journal import Began, Journal
from index.fetch.ledger import Entry
from index.fetch.manifest import Download
from index.fetch.retrying import GaveUp, Refused
from index.fetch.session import Session
from index.generations import file_digest
from index.parsing.reading import MAX_PAGE_BYTES

MOST_PAGES = 10_000
"""Of the list; over ten times what it has."""
MOST_FAILED = 20
"""Genes that are refused one after another: then it is not the genes."""
MOST_GIVEN_UP = 3
"""Genes that are asked for in all the tries, one after another, in vain: then the server is away."""
_LONGEST_SYMBOL = 100
_UNKNOWN = (400, 404)


class _Gene(Struct, frozen=True):
    symbol: str


class _Listing(Struct, frozen=True):
    count: int
    entities: tuple[_Gene, ...]
    next: str | None = None


class Walked(Struct, frozen=True):
    """A finished walk."""

    entry: Entry
    failed: dict[str, str]
    """Genes that could not be had -> why; the next run asks for them again."""
    counted: int
    """Genes that the list counts."""
    listed: int
    """Genes that it names, up to the limit."""


def walk(wanted: Download, folder: Path, session: Session) -> Walked:
    """Bring the genes into the folder, a line of JSON each, from where an earlier run stopped.

    Raises:
        Refused: the list cannot be walked to its end, or what came must not replace the file
            before it; what came is kept for the next run.
    """
    began = Began(wanted.address, session.settings.associations)
    with closing(Journal(folder, wanted.file, began)) as journal:
        walker = _Walker(wanted, journal, session)
        walker.walk()
        if reason := checks.damaged(journal.answers, wanted):
            raise Refused(f"{reason}; remove {journal.answers.name} and fetch it again")
        if not session.settings.force and (reason := checks.shrunk(journal.answers, folder / wanted.file)):
            raise Refused(f"{reason}; take it with --force")
        entry = walker.entry()
        journal.finish()
    return Walked(entry, walker.failed, walker.counted, len(journal.done) + len(walker.failed))


class _Walker:
    """One walk through the list."""

    def __init__(self, wanted: Download, journal: Journal, session: Session) -> None:
        self.failed: dict[str, str] = {}
        self.counted = 0
        self._wanted = wanted
        self._journal = journal
        self._session = session
        self._clock = session.settings.clock
        self._today = self._clock.now().date()
        self._next_turn = 0.0
        self._failed_in_a_row = 0
        self._given_up_in_a_row = 0

    def walk(self) -> None:
        limit = self._session.settings.limit
        for listing, following in self._pages():
            self.counted = listing.count
            total = listing.count if limit is None else min(limit, listing.count)
            for gene in listing.entities:
                if limit is not None and len(self._journal.done) >= limit:
                    return
                self._bring(gene.symbol)
                self._session.moved(len(self._journal.done), total)
            if following is not None and not self.failed:  # else the next run looks here again
                self._journal.reached(following)

    def entry(self) -> Entry:
        answers = self._journal.answers
        return Entry(
            name=self._wanted.name,
            address=self._wanted.address,
            sha256=file_digest(answers),
            bytes=answers.stat().st_size,
            date=self._today.isoformat(),
            licence=self._wanted.licence,
            unknown=tuple(took.symbol for took in self._journal.done.values() if not took.known),
        )

    def _pages(self) -> Iterator[tuple[_Listing, int | None]]:
        """Each page of the list, and the cursor of the page after it."""
        cursor = self._journal.cursor
        for _ in range(MOST_PAGES):
            body = self._ask(f"{self._wanted.address}?cursor={cursor}")
            try:
                listing = msgspec.json.decode(body, type=_Listing)
            except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
                raise Refused(f"the list at cursor {cursor} cannot be read ({error}); fetch later") from None
            following = _following(self._wanted.address, cursor, listing.next)
            yield listing, following
            if following is None:
                return
            cursor = following
        raise Refused(f"the list has over {MOST_PAGES:,} pages, which are no genes")

    def _bring(self, symbol: str) -> None:
        if symbol in self._journal.done:
            return
        earlier = self._journal.earlier(symbol)
        if earlier and (self._today - date.fromisoformat(earlier[0])).days < self._session.settings.max_age:
            self._journal.take(symbol, *earlier)
            return
        try:
            line = self._answer(symbol)
        except Refused as refused:
            self._note_failed(symbol, refused)
        else:
            self._failed_in_a_row = self._given_up_in_a_row = 0
            self._journal.take(symbol, self._today.isoformat(), line)

    def _note_failed(self, symbol: str, refused: Refused) -> None:
        """
        Raises:
            Refused: too many genes failed one after another.
        """
        self.failed[symbol] = str(refused)
        self._failed_in_a_row += 1
        self._given_up_in_a_row = self._given_up_in_a_row + 1 if isinstance(refused, GaveUp) else 0
        if self._failed_in_a_row >= MOST_FAILED or self._given_up_in_a_row >= MOST_GIVEN_UP:
            many = MOST_GIVEN_UP if self._given_up_in_a_row >= MOST_GIVEN_UP else MOST_FAILED
            told = f"{many} genes in a row failed, the last was {symbol[:_LONGEST_SYMBOL]}"
            raise Refused(f"{told}: {refused}") from None

    def _answer(self, symbol: str) -> bytes:
        """The gene as one line of JSON; empty for a gene that is not known."""
        body = self._ask(_gene_address(self._wanted.address, symbol, self._session.settings.associations))
        try:
            answer = msgspec.json.decode(body)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            raise Refused("the answer is no JSON") from None
        if isinstance(answer, dict) and isinstance(answer.get("symbol"), str) and answer["symbol"]:
            return msgspec.json.format(body, indent=-1)
        if isinstance(answer, dict) and answer.get("status") in _UNKNOWN:
            return b""
        raise Refused("the answer is no gene")

    def _ask(self, address: str) -> bytes:
        return self._session.short(address, MAX_PAGE_BYTES, self._turn)

    def _turn(self) -> None:
        """Wait until the next request may be sent."""
        now = self._clock.monotonic()
        if now < self._next_turn:
            self._clock.sleep(self._next_turn - now)
        self._next_turn = max(now, self._next_turn) + 1 / self._session.settings.rate


def _following(address: str, cursor: int, following: str | None) -> int | None:
    """The cursor of the next page, None after the last.  Only the number is taken: the address stays ours.

    Raises:
        Refused: the link leads elsewhere, or not forward.
    """
    if not following:
        return None
    try:
        target = urljoin(address, following)
        numbers = parse_qs(urlsplit(target).query).get("cursor", [])
        there = host(target) == host(address) and urlsplit(target).path.endswith("/gene")
    except ValueError:
        numbers, there = [], False
    number = numbers[0] if len(numbers) == 1 else ""
    if not (there and number.isascii() and number.isdigit() and len(number) < 10):
        raise Refused(f"the list goes on at {following!r}, which is no page of it; fetch later")
    if int(number) <= cursor:
        raise Refused(f"the list leads back from cursor {cursor} to {number}; fetch later")
    return int(number)


def _gene_address(address: str, symbol: str, associations: bool) -> str:
    """Harmonizome writes ``/`` and ``+`` in a name as ``$slash$`` and ``$plus$`` before it is quoted."""
    if not 0 < len(symbol) <= _LONGEST_SYMBOL or not symbol.isprintable() or symbol in (".", ".."):
        raise Refused("this is no symbol that could be asked for")
    name = quote(symbol.replace("/", "$slash$").replace("+", "$plus$"), safe="")
    return f"{address}/{name}" + ("?showAssociations=true" if associations else "")
