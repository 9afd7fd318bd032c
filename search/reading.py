"""What an answer says of how its query was read."""

from __future__ import annotations

import re
from collections.abc import Sequence

from whoosh.query import Query, Term

from index.analysis import fold_case, fold_latin
from search.finding import Text
from search.identity import Identity, forms_of, identify
from search.page import Folded, QueryRead
from search.query import Parsed
from search.respelling import written_otherwise
from search.snapshot import Snapshot
from search.sorting import RELEVANCE
from search.storing import Store
from search.tree import ANY, render, words_of

_MOST_FOLDED = 3
"""So many words are told with their other spellings."""
_NAME_LIKE = re.compile(r"[^\W_]+(?:[-.,()\u2010-\u2015\u2212]+[^\W_]+)*[^\w\s]*")


def read(
    q: str,
    parsed: Parsed,
    identity: Identity,
    text: Text,
    snapshot: Snapshot,
    filters: tuple[str, ...] = (),
    sort: str = RELEVANCE,
) -> QueryRead:
    """How the query was read.  Its canonical words may name other genes than the query does: a name
    loses its function words there, a quoted one its case.  Then only the query itself asks the same."""
    same = parsed.read_as == q or identify(parsed.read_as, snapshot.store, snapshot.papers) == identity
    canonical = parsed.read_as if same else q.strip()
    leaves = words_of(parsed.tree)
    searched = {getattr(leaf, "text", "") for leaf in text.leaves}
    folded = _folded(
        identity, [leaf for leaf in leaves if getattr(leaf, "text", "") in searched], snapshot.store
    )
    return QueryRead(
        q=q,
        read_as=_told(canonical, folded),
        relaxed=text.relaxed,
        owners=identity.owners,
        withdrawn=identity.withdrawn,
        canonical=canonical,
        folded=folded,
        exact=_exact(q, identity, parsed, leaves, folded) if folded else "",
        filters=filters,
        sort=sort,
    )


def _folded(identity: Identity, leaves: Sequence[Query], store: Store) -> tuple[Folded, ...]:
    """The name that the query is, or those of its words that are names or terms written in one of several
    ways; plain words, and what is met as it stands, say nothing."""
    if identity.genes:
        return (Folded(identity.name, identity.forms),) if identity.forms else ()
    words = [leaf.text for leaf in leaves if _has_spellings(leaf)][:_MOST_FOLDED]
    return tuple(Folded(word, forms) for word in words if (forms := _forms(word, store)))


def _has_spellings(leaf: Query) -> bool:
    """Whether a leaf is a word such as ``IL-2``, ``TNFα`` or ``TNF-alpha``, not one such as ``well-known``
    or an identifier."""
    if not (isinstance(leaf, Term) and leaf.fieldname == ANY) or not _NAME_LIKE.fullmatch(leaf.text):
        return False
    word: str = leaf.text
    if fold_latin(word):
        return True
    return not word.isalnum() and any(sign.isdigit() or sign.isupper() for sign in word)


def _forms(word: str, store: Store) -> tuple[str, ...]:
    return forms_of(word, store) or tuple(
        form for form in written_otherwise(word) if fold_case(form) != fold_case(word)
    )


def _told(canonical: str, folded: Sequence[Folded]) -> str:
    told = "; ".join(f"{one.word} read as {' = '.join(one.forms)}" for one in folded)
    if not told or (len(folded) == 1 and folded[0].word == canonical):
        return told or canonical
    return f"{canonical} ({told})"


def _exact(
    q: str, identity: Identity, parsed: Parsed, leaves: Sequence[Query], folded: Sequence[Folded]
) -> str:
    """The query with quotes around what was folded; empty for one with operators, where it is not told."""
    if identity.genes:
        return q.strip().replace(identity.name, f'"{identity.name}"')
    if not parsed.plain:
        return ""
    words = {one.word for one in folded}
    return " ".join(f'"{leaf.text}"' if leaf.text in words else render(leaf) for leaf in leaves)
