"""The tree of a query: its leaves, how it is written, when two parts of it ask the same.

The tree is logical: its leaves are words, phrases, patterns and ranges of numbers as typed, under a field of
the table or under ANY.  expand.py turns it into the streams of an index.
"""

from __future__ import annotations

from whoosh.query import And, Not, NullQuery, NumericRange, Or, Phrase, Query, Term, Wildcard

from index.analysis import FUNCTION_WORDS, fold_case
from search.paper_forms import as_value
from search.patterns import PATTERNS, is_near, is_pattern, width, written

ANY = "text"
"""The field of a word that may stand in any field searched by plain words."""

GENE = "gene"
"""The field of a word that must name a gene: as its symbol, an earlier one or its alias, or in its text.
It need not be typed: an upper-case function word beside other words is read so (``WAS deficiency``)."""

NAMED = "named"
"""The field of words that are a gene's name inside a query: met as words are, and in texts that mention the
gene under whatever name.  It is not written."""

SECTION = "section"
"""The field of a condition: which part of what is said of a gene a line is (search/conditions.py)."""

CONDITIONS = frozenset({SECTION, "provenance", "source", "cited", "refs", "year"})
"""Fields of conditions, which beside words are asked of the lines in which these stand."""

LINE = "line"
"""The field of what stands for a condition without words among a query's words: whatever line meets it.  It
is not written."""

_LONGEST_FUNCTION_WORD = max(map(len, FUNCTION_WORDS))
LEAVES = (Term, Phrase, NumericRange, *PATTERNS)


class Within(And):  # type: ignore[misc]
    """What one line must meet as a whole: ``(zinc copper)~s``.  Its only part says what.

    To an engine it is an And, which finds too much; search/binding.py finds what it means.
    """

    @property
    def query(self) -> Query:
        return self.subqueries[0]


def within(tree: Query) -> Query:
    """The same tree asked of one line; what is asked of a line inside it says nothing more."""
    return NullQuery if tree is NullQuery else Within([_without_within(tree)])


def _without_within(tree: Query) -> Query:
    if isinstance(tree, Not):
        return Not(_without_within(tree.query))
    if isinstance(tree, Within):
        return _without_within(tree.query)
    if isinstance(tree, (And, Or)):
        return joined(type(tree), [_without_within(part) for part in tree.subqueries])
    return tree


def is_condition(tree: Query, fields: frozenset[str] = CONDITIONS) -> bool:
    """Whether a tree is nothing but conditions on lines."""
    if isinstance(tree, Not):
        return is_condition(tree.query, fields)
    if isinstance(tree, Within):
        return False
    if isinstance(tree, (And, Or)):
        return all(is_condition(part, fields) for part in tree.subqueries)
    return isinstance(tree, LEAVES) and tree.fieldname in fields


def asks_of_lines(tree: Query, fields: frozenset[str] = CONDITIONS) -> bool:
    """Whether a tree says something of single lines."""
    if isinstance(tree, Within):
        return True
    if isinstance(tree, Not):
        return asks_of_lines(tree.query, fields)
    if isinstance(tree, (And, Or)):
        return any(asks_of_lines(part, fields) for part in tree.subqueries)
    return isinstance(tree, LEAVES) and tree.fieldname in fields


def finds(tree: Query) -> bool:
    """Whether a tree says what to find: a word, a value, a condition, something within a line."""
    if tree is NullQuery:
        return False
    if isinstance(tree, (And, Or)) and not isinstance(tree, Within):
        return any(map(finds, tree.subqueries))
    return not isinstance(tree, Not) or is_condition(tree)


def words_of(tree: Query) -> list[Query]:
    """The leaves that a hit may hold (not those behind NOT), each once, in reading order."""
    found: dict[str, Query] = {}

    def visit(node: Query) -> None:
        if isinstance(node, LEAVES):
            found.setdefault(sameness(node), node)
        elif isinstance(node, (And, Or)):
            for child in node.subqueries:
                visit(child)

    visit(tree)
    return list(found.values())


def every_leaf(tree: Query) -> list[Query]:
    """All leaves, those behind NOT too, as often as they stand there."""
    if isinstance(tree, Not):
        return every_leaf(tree.query)
    if isinstance(tree, (And, Or)):
        return [leaf for child in tree.subqueries for leaf in every_leaf(child)]
    return [tree] if isinstance(tree, LEAVES) else []


def render(tree: Query) -> str:
    """The canonical form of a tree."""
    if isinstance(tree, Within):
        return f"({render(tree.query)})~s"
    if isinstance(tree, And):
        return _render_and(tree.subqueries)
    if isinstance(tree, Or):
        return " OR ".join(render(child) for child in tree.subqueries)
    if isinstance(tree, Not):
        inner = render(tree.query)
        grouped = isinstance(tree.query, (And, Or)) and not isinstance(tree.query, Within)
        return f"NOT ({inner})" if grouped else f"NOT {inner}"
    if tree is NullQuery:
        return ""
    bare = tree.fieldname in (ANY, NAMED, LINE) or getattr(tree, "implied", False)
    prefix = "" if bare else f"{tree.fieldname}:"
    if isinstance(tree, NumericRange):
        return prefix + written_range(tree)
    if not isinstance(tree, Phrase):
        text = written(tree) if is_pattern(tree) else str(tree.text)
        return prefix + (as_value(text) if type(tree) is Term and tree.fieldname == "doi" else text)
    slop = f"~{width(tree) - len(tree.words)}" if is_near(tree) else ""
    return f'{prefix}"{" ".join(tree.words)}"{slop}'


def canonical(tree: Query, plain: bool) -> str:
    """A tree as it is read again: AND keeps words that may not be relaxed from being plain ones, brackets
    tell a last ``CDK?`` from the end of a question."""
    if not plain and type(tree) is And and all(map(_is_plain, tree.subqueries)):
        return " AND ".join(map(render, tree.subqueries))
    rendered = render(tree)
    last = tree
    while isinstance(last, (And, Or, Not)) and not isinstance(last, Within):
        last = last.query if isinstance(last, Not) else last.subqueries[-1]
    told = isinstance(last, Wildcard) and last.fieldname == ANY and rendered.endswith("?")
    return f"{rendered.removesuffix(last.text)}({last.text})" if told and last is not tree else rendered


def written_range(numbers: NumericRange) -> str:
    """A range as it is typed, without its field."""
    start, end = numbers.start, numbers.end
    if start is None and end is not None:
        return f"{'<' if numbers.endexcl else '<='}{end}"
    if end is None and start is not None:
        return f"{'>' if numbers.startexcl else '>='}{start}"
    if start == end and start is not None and not numbers.startexcl and not numbers.endexcl:
        return str(start)
    opening, closing = "[{"[bool(numbers.startexcl)], "]}"[bool(numbers.endexcl)]
    return f"{opening}{'*' if start is None else start} TO {'*' if end is None else end}{closing}"


def joined(kind: type[Query], parts: list[Query]) -> Query:
    """``parts`` under one node, nested nodes of the same kind taken apart, repeats left out."""
    flat: dict[str, Query] = {}
    for part in parts:
        for child in part.subqueries if type(part) is kind else [part]:
            if child is not NullQuery:
                flat.setdefault(sameness(child), child)
    if not flat:
        return NullQuery
    return next(iter(flat.values())) if len(flat) == 1 else kind(list(flat.values()))


def sameness(part: Query) -> str:
    """Equal for parts that find the same."""
    if type(part) is Term and part.fieldname == ANY:
        return fold_case(part.text)
    if not isinstance(part, LEAVES):
        return render(part)
    return fold_case(f"{GENE}:{part.text}" if _is_gene_word(part) else render(part))


def asks(part: Query) -> bool:
    """Whether a part says what to find, not only what to leave out."""
    return part is not NullQuery and not isinstance(part, Not)


def is_function_word(part: Query) -> bool:
    return (
        isinstance(part, Term)
        and part.fieldname == ANY
        and len(part.text) <= _LONGEST_FUNCTION_WORD
        and fold_case(part.text) in FUNCTION_WORDS
    )


def is_shouted(part: Query) -> bool:
    """A function word in upper case, such as WAS; one letter is no shouting."""
    return is_function_word(part) and len(part.text) > 1 and bool(part.text.isupper())


def naming_a_gene(word: str) -> Term:
    """A word that must name a gene though nobody said so: it is written without the field, which among plain
    words would make them others (``told_to_name_genes``)."""
    leaf = Term(GENE, word)
    leaf.implied = True
    return leaf


def told_to_name_genes(tree: Query) -> None:
    """Have such words written with the field, where there are not only words."""
    for leaf in every_leaf(tree):
        if _is_gene_word(leaf):
            leaf.implied = False


def beside_quieter_words(parts: list[Query]) -> bool:
    """Whether a word to find stands among the parts that is not upper case throughout."""
    words = (part for part in parts if asks(part) and not is_function_word(part))
    return any(char.islower() for part in words if not _is_gene_word(part) for char in render(part))


def _is_plain(part: Query) -> bool:
    return isinstance(part, Term) and part.fieldname in (ANY, GENE)


def _is_gene_word(part: Query) -> bool:
    return isinstance(part, Term) and part.fieldname == GENE


def _render_and(children: list[Query]) -> str:
    """Blanks between the parts, AND beside a function word that would be left out otherwise."""
    functional = [is_function_word(child) for child in children]
    if not any(functional):
        return " ".join(
            f"({render(child)})" if isinstance(child, Or) else render(child) for child in children
        )
    told = any(asks(child) and not alone for child, alone in zip(children, functional, strict=True))
    rendered = ""
    for place, child in enumerate(children):
        if place:
            required = told and (functional[place] or functional[place - 1])
            rendered += " AND " if required else " "
        rendered += f"({render(child)})" if isinstance(child, Or) else render(child)
    return rendered
