"""What a list of names and a question is asked for, read the same way for endpoint and page."""

from __future__ import annotations

import msgspec
from flask import Request
from msgspec import Struct
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import UnsupportedMediaType

from search import Genes
from search.errors import BadRequest
from search.listed import Listing
from search.listing import GIVEN
from search.page import Warning
from webapp.asking import checked_query, unknown, yes_or_no
from webapp.config import Config
from webapp.permalinks import other_index

JSON = "json"
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_TEXTS = ("text/plain", "text/csv", "text/tab-separated-values")


class ListBody(Struct, frozen=True):
    """The body of a POST, as JSON or as a form with the same names."""

    names: list[str | int] | str
    """At most 5,000: a list, or one text of lines, in which tabs, commas and semicolons part names too."""
    question: str = ""
    """A query; of each gene its best sentence for it is answered. Empty: none."""
    sort: str = GIVEN
    """given, or evidence: the strongest sentences first."""
    strict: bool | int | str = False
    """Refuse a question that is not of the query language: true or false, 1 or 0."""
    format: str = ""
    """json, or another format of the answer."""
    index: str | None = None
    """The digest of the index expected; a warning says when another one answers."""
    digest: str | None = None
    """Another name of index."""


PARAMETERS = tuple(field.encode_name for field in msgspec.structs.fields(ListBody))


class ListAsked(Struct, frozen=True):
    names: str | tuple[str, ...]
    question: str
    sort: str
    strict: bool
    format: str
    """As it was asked for; empty where it was not."""
    digest: str | None
    warnings: tuple[Warning, ...]


def read_list(request: Request, config: Config) -> ListAsked:
    """The list of a GET or POST; what a body does not say may stand in the address.

    Raises:
        BadRequest: there are no names, or the body cannot be read.
        UnsupportedMediaType: the body is neither JSON nor a form nor a text.
    """
    body, given = _body(request)
    if not body.names and "names" not in given:
        raise BadRequest('there are no names: send {"names": […]}, a form with names, or a text')
    return ListAsked(
        names=body.names if isinstance(body.names, str) else tuple(map(str, body.names)),
        question=checked_query(body.question, config.max_query_length),
        sort=body.sort or GIVEN,
        strict=_told(body.strict),
        format=body.format.strip().lower(),
        digest=body.index or body.digest or None,
        warnings=tuple(unknown(given, PARAMETERS)),
    )


def answer_asked(ask: ListAsked, genes: Genes) -> Listing:
    """
    Raises:
        GenelightError: whatever ``Genes.listing`` raises.
    """
    listing = genes.listing(ask.names, ask.question, sort=ask.sort, strict=ask.strict)
    newer = other_index(ask.digest, listing.index)
    told = (*listing.warnings, *ask.warnings, *([newer] if newer else []))
    return msgspec.structs.replace(listing, warnings=told)


def decoded(data: bytes, what: str) -> str:
    """The text of a file or body: UTF-8, or what a mark at its beginning says, as spreadsheets write it.

    Raises:
        BadRequest: it is neither.
    """
    utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        return data.decode("utf-16" if utf16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadRequest(f"{what} is not UTF-8: byte {error.start + 1:,}; save it as UTF-8") from None


def _body(request: Request) -> tuple[ListBody, list[str]]:
    """What was asked, and the names it used."""
    args = request.args
    if request.method != "POST":
        return _form(args), list(args)
    if request.mimetype in _FORMS:
        form = MultiDict([*request.form.items(multi=True), *args.items(multi=True)])
        return _form(form), list(form)
    if request.mimetype in _TEXTS:
        body = _form(args)
        text = decoded(request.get_data(), "the body")
        return msgspec.structs.replace(body, names=text), [*args, "names"]
    if request.mimetype == "application/json":
        asked, given = _json(request.get_data())
        beside = {name: args[name] for name in args if name in PARAMETERS and name not in given}
        return msgspec.structs.replace(asked, **beside), [*given, *args]
    raise UnsupportedMediaType(
        'Send JSON with "Content-Type: application/json", a form, or a text with "Content-Type: text/plain".'
    )


def _form(form: MultiDict[str, str]) -> ListBody:
    told = {name: form[name] for name in PARAMETERS if name in form}
    return ListBody(**told | {"names": "\n".join(form.getlist("names"))})


def _json(data: bytes) -> tuple[ListBody, list[str]]:
    try:
        return msgspec.json.decode(data, type=ListBody), list(msgspec.json.decode(data))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadRequest(f"the body is not what is expected: {error}") from None


def _told(value: bool | int | str) -> bool:
    """Set or not, as the parameter of a GET may say it."""
    text = str(int(value)) if isinstance(value, bool) else str(value)
    return yes_or_no(MultiDict([("strict", text)]), "strict")
