"""The pages.  Each shows one object of the core; all work without JavaScript."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, render_template, request, url_for
from msgspec.structs import replace
from werkzeug.wrappers import Response as AnyResponse

from search.errors import IndexUnavailable
from search.gene import Gene, GeneChoice, Metadata
from search.page import Page
from search.request import MAX_SIZE
from search.sorting import RELEVANCE
from webapp import current
from webapp.asking import Asked, answer, asked, checked_query, newer_index
from webapp.comparing import columns
from webapp.errors import unavailable_message
from webapp.narrowing import PAGE_FACETS, SORTS, chips, facets
from webapp.presenting import chapters, formats, gene_address, papers, shared_names, voices

pages = Blueprint("pages", __name__)

EXAMPLES = ("zinc homeostasis", "MT1H", '"hepatocellular carcinoma" methylation')
"""What the front page and an empty answer suggest to try."""

PAGE_FACET_SIZE = 12
"""Values of a facet that a page lists."""

RELATED = 10
"""Related genes on a gene's page."""
SHORT_DIGEST = 12
"""Characters of the digest that a permalink carries."""


@pages.get("/")
def home() -> str:
    """The search box, and what there is to search."""
    known: Metadata | None = None
    problem: str | None = None
    try:
        known = current.genes().metadata()
    except IndexUnavailable as error:
        problem = unavailable_message(error)
    return render_template(
        "home.html",
        metadata=known,
        formats=formats(known) if known else [],
        problem=problem,
        examples=EXAMPLES,
    )


@pages.get("/search")
def search() -> str:
    """The hits of a query."""
    config = current.config()
    ask = asked(request.args, config.page_size, config.max_query_length)
    ask = replace(ask, cursor=None, facets=tuple(PAGE_FACETS), facet_size=PAGE_FACET_SIZE)
    page = answer(ask, current.genes())
    newer = newer_index(ask.digest, page)
    unfiltered = _address(ask.q, replace(ask, filters=()), 0, ask.digest)
    return render_template(
        "results.html",
        query=ask.q,
        page=page,
        ask=ask,
        warnings=page.warnings + ((newer,) if newer else ()),
        names=shared_names(page.query.owners),
        facets=facets(page.facets, page.total, unfiltered, ask.filters) if page.facets else (),
        chips=chips(unfiltered, ask.filters),
        sorts=SORTS,
        page_size=config.page_size,
        permalink=_permalink(page, ask),
        explained=_turned(replace(ask, explain=True), ask.start),
        previous=_turned(ask, ask.start - min(ask.size, MAX_SIZE)) if ask.start else None,
        following=_turned(ask, ask.start + len(page.hits)) if page.next and page.hits else None,
        examples=EXAMPLES,
    )


@pages.get("/gene/<path:name>")
def gene(name: str) -> AnyResponse:
    """A gene, with what each source says of ``q``; another name of it leads there, a shared name to a
    choice."""
    question = checked_query(request.args.get("q", ""), current.config().max_query_length)
    found = current.genes().gene(name, related=RELATED, question=question)
    if isinstance(found, Gene):
        return _html(
            render_template(
                "gene.html",
                query=question,
                gene=found,
                voices=voices(found),
                chapters=chapters(found),
                papers=papers(found.references),
                columns=columns(found.comparison) if found.comparison else (),
            )
        )
    if len(found.owners) == 1:
        owner = found.owners[0]
        return redirect(_address_but(name, owner.symbol, owner.id, question), 303)
    return _html(_choice(found), 300 if found.owners else 404)


def _choice(choice: GeneChoice) -> str:
    if choice.owners:
        return render_template("choose.html", choice=choice)
    return render_template("unknown.html", choice=choice, examples=EXAMPLES)


def _address_but(name: str, symbol: str, gene_id: str, question: str) -> str:
    """The gene's page, unless that is where the reader already is."""
    q = question or None
    address = gene_address(symbol, gene_id, q)
    here = url_for("pages.gene", name=name, q=q)
    return address if address != here else url_for("pages.gene", name=gene_id, q=q)


def _permalink(page: Page, ask: Asked) -> str:
    """The same search of the same index when opened again, or a warning that the index differs."""
    return _address(page.query.canonical or ask.q, ask, ask.start, page.index.digest[:SHORT_DIGEST])


def _turned(ask: Asked, start: int) -> str:
    return _address(ask.q, ask, max(start, 0), ask.digest)


def _address(q: str, ask: Asked, start: int, digest: str | None) -> str:
    """A search's address, without what is so by default."""
    size = None if ask.size == current.config().page_size else ask.size
    sort = None if ask.sort == RELEVANCE else ask.sort
    query = {"q": q, "size": size, "sort": sort, "from": start or None, "index": digest}
    query["explain"] = "1" if ask.explain else None
    told = urlencode(
        [(name, value) for name, value in query.items() if value is not None]
        + [("filter", told) for told in ask.filters]
    )
    return f"{url_for('pages.search')}?{told}"


def _html(text: str, status: int = 200) -> Response:
    return Response(text, status, content_type="text/html; charset=utf-8")
