"""Pieces of the API's description: parameters, answers, headers, errors."""

from __future__ import annotations

Json = dict[str, object]


def status(description: str) -> Json:
    schema = {
        "type": "object",
        "properties": {name: {"type": "string"} for name in ("status", "digest", "error")},
        "required": ["status"],
    }
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def repeated(name: str, description: str) -> Json:
    schema: Json = {"type": "array", "items": {"type": "string"}}
    return {"name": name, "in": "query", "description": description, "schema": schema, "explode": True}


def query(name: str, description: str, kind: str = "string", default: int | str | None = None) -> Json:
    schema: Json = {"type": kind}
    if kind == "integer":
        schema["minimum"] = 0
    if default is not None:
        schema["default"] = default
    return {"name": name, "in": "query", "description": description, "schema": schema}


def answer(description: str, schema: str, sent: dict[str, tuple[str, str]] | None = None) -> Json:
    answer: Json = {"description": description, "content": {"application/json": {"schema": ref(schema)}}}
    return answer | {"headers": headers(sent)} if sent else answer


def headers(headers: dict[str, tuple[str, str]]) -> Json:
    return {name: {"description": text, "schema": {"type": kind}} for name, (text, kind) in headers.items()}


def errors(*statuses: str) -> Json:
    meanings = {
        "400": "The request cannot be answered as asked.",
        "413": "The body is larger than this server reads.",
        "415": "The body is neither JSON nor a form.",
        "503": "No index answers yet.",
    }
    return {status: answer(meanings[status], "ErrorBody") for status in statuses}


def ref(schema: str) -> Json:
    return {"$ref": f"#/components/schemas/{schema}"}
