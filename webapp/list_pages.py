"""The page of a list of names and a question."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, render_template, request, url_for

from search.errors import BadRequest
from search.listed import STATUSES, Listing, ListRow
from search.listing import MOST_NAMES, NO_SENTENCE, SORTS
from webapp import current, exporting
from webapp.excerpts import short
from webapp.harmless import visible
from webapp.list_asking import ListAsked, answer_asked, read_list
from webapp.permalinks import SHORT_DIGEST

lists = Blueprint("lists", __name__)

LONGEST_LINK = 2_000
"""Characters of an address that every browser, mail and server takes."""
SORT_TITLES = {"given": "As given", "evidence": "Strongest sentence first"}
STATUS_HELP = {
    "resolved": "One gene has this name.",
    "outdated": "A name that a gene had once, with today’s symbol, or a withdrawn one.",
    "ambiguous": "Several genes have this name alike.",
    "unmatched": "No gene has this name.",
}
EXAMPLE = "TP53\nMT-1H\nPARK2\np21\n2-Sep\nQARS"
EXAMPLE_QUESTION = "zinc binding"


@lists.route("/list", methods=["GET", "POST"])
def page() -> tuple[str, int]:
    """The form, and below it the list answered; one that cannot be answered keeps what was typed."""
    asks = request.method == "POST" or "names" in request.args
    if not asks:
        return _page("", request.args.get("question", "")), 200
    try:
        ask = read_list(request, current.config())
        listing = answer_asked(ask, current.genes())
    except BadRequest as error:
        values = request.values
        return _page(values.get("names", ""), values.get("question", ""), problem=str(error)), 400
    return _page(_text(ask), ask.question, ask, listing), 200


def _text(ask: ListAsked) -> str:
    return ask.names if isinstance(ask.names, str) else "\n".join(ask.names)


def _page(
    names: str,
    question: str,
    ask: ListAsked | None = None,
    listing: Listing | None = None,
    problem: str | None = None,
) -> str:
    return render_template(
        "list.html",
        names=names,
        question=question,
        sort="" if ask is None else ask.sort,
        sorts={sort: SORT_TITLES[sort] for sort in SORTS},
        listing=listing,
        problem=problem,
        permalink=_permalink(ask, listing) if ask is not None and listing is not None else None,
        counts=_counts(listing) if listing is not None else (),
        status_help=STATUS_HELP,
        no_sentence=NO_SENTENCE,
        most=MOST_NAMES,
        formats=exporting.FORMATS,
        shown=lambda text: short(visible(text), 120),
        example={"names": EXAMPLE, "question": EXAMPLE_QUESTION},
    )


def _counts(listing: Listing) -> list[tuple[str, str, int]]:
    """What rows may be shown alone: class, title, how many; all rows first, then what there is any of."""
    counts: list[tuple[str, str, int]] = [
        (status, status.capitalize(), getattr(listing.summary, status)) for status in STATUSES
    ]
    if listing.question is not None:
        silent = sum(map(_is_silent, listing.rows))
        counts += [("silent", "Without a sentence", silent)] if silent else []
    return [("all", "All", listing.summary.names), *(count for count in counts if count[2])]


def _is_silent(row: ListRow) -> bool:
    return row.gene is not None and row.gene.evidence is None


def _permalink(ask: ListAsked, listing: Listing) -> str | None:
    """The same list as an address; None where it is too long for one."""
    query = {
        "names": _text(ask),
        "question": ask.question,
        "sort": ask.sort if ask.sort != SORTS[0] else "",
    }
    told = {name: value for name, value in query.items() if value}
    address = f"{url_for('lists.page')}?{urlencode(told | {'index': listing.index.digest[:SHORT_DIGEST]})}"
    return address if len(address) <= LONGEST_LINK else None
