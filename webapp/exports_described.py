"""Exports, in the API's description (webapp/openapi.py)."""

from __future__ import annotations

from search.sorting import RELEVANCE
from webapp.describing import Json, errors, headers, query, repeated
from webapp.exporting import FORMATS


def export(syntax: str, filters: str, sort: str) -> Json:
    formats: Json = {"type": "string", "enum": list(FORMATS), "default": "tsv"}
    told = {
        "Content-Disposition": ("The file's name, with the query and the index.", "string"),
        "Genelight-Total": ("How many genes answer.", "integer"),
        "Genelight-Query": ("The query in canonical form, percent-encoded.", "string"),
        "Genelight-Warnings": ("What was not taken literally: messages, percent-encoded.", "string"),
    }
    file: Json = {"schema": {"type": "string"}}
    return {
        "operationId": "export",
        "summary": "Every gene of an answer as a file, or the papers behind its sentences",
        "description": (
            "A stream, made from one index however long it takes. tsv and csv have a row a sentence, jsonl a "
            "hit a line, bibtex and ris each paper once, with the genes whose sentences cite it. Cells "
            "that a spreadsheet would compute have ' before them."
        ),
        "parameters": [
            query("q", f"The query. {syntax}"),
            {"name": "format", "in": "query", "description": "The kind of file.", "schema": formats},
            repeated("filter", filters),
            query("sort", sort, "string", RELEVANCE),
            query("size", "Most genes; all where it is not given.", "integer"),
            query("strict", "1: answer 400, with the position, to a query that is not of the language."),
            query("bom", "1: begin CSV with the mark by which Excel knows UTF-8."),
            query("about", "1: say in the file what made it, as bibtex and ris do; 0: do not."),
            query("index", "The index that a link was made from; a warning says when another one answers."),
        ],
        "responses": {
            "200": {
                "description": "The file. One that breaks off says so in its last line.",
                "headers": headers(told),
                "content": {kind.content_type: file for kind in FORMATS.values()},
            },
            **errors("400", "503"),
        },
    }
