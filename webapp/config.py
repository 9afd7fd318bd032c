"""The settings: one declared table, and the only place that reads environment variables."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Annotated, ClassVar, cast, get_args, get_type_hints

from msgspec import Struct

SettingValue = str | int | Path


class ConfigError(ValueError):
    """A setting has a value that cannot be used; the message names the variable."""


class About(Struct, frozen=True):
    """What the table says of a setting beside its name, type and default."""

    variable: str
    help: str


@dataclass(frozen=True, kw_only=True)
class Config:
    """The settings' values.  A field is a row of the table; SETTINGS lists them."""

    index_dir: Annotated[Path, About("GENELIGHT_INDEX_DIR", "Folder of the published index.")] = Path(
        "var/index"
    )
    engine: Annotated[
        str, About("GENELIGHT_ENGINE", "Text engine that genelight index builds for: columnar or whoosh.")
    ] = "columnar"
    public_url: Annotated[
        str,
        About(
            "GENELIGHT_PUBLIC_URL",
            "Address the outside knows, such as https://genes.example.org; empty: the request's own.",
        ),
    ] = ""
    page_size: Annotated[
        int, About("GENELIGHT_PAGE_SIZE", "Hits on a page when a request names no size.")
    ] = 10
    max_query_length: Annotated[int, About("GENELIGHT_MAX_QUERY_LENGTH", "Longest query, in characters.")] = (
        10_000
    )
    max_queries: Annotated[int, About("GENELIGHT_MAX_QUERIES", "Most queries in one POST.")] = 1_000
    max_body_bytes: Annotated[int, About("GENELIGHT_MAX_BODY_BYTES", "Largest request body, in bytes.")] = (
        1_048_576
    )

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> Config:
        """The settings as an environment gives them; an empty variable counts as unset.

        Raises:
            ConfigError: a value cannot be read as its setting's type.
        """
        values = {s.name: s.read(environ[s.variable]) for s in SETTINGS if environ.get(s.variable)}
        return cls(**values)  # type: ignore[arg-type]  # each value has the type of its field

    def with_index_dir(self, index_dir: Path) -> Config:
        """The same settings over another index: an option outdoes its variable."""
        return replace(self, index_dir=index_dir)


class Setting(Struct, frozen=True):
    """One row of the table; the default's type is the setting's type."""

    name: str
    variable: str
    default: SettingValue
    type: type[str] | type[int] | type[Path]
    help: str

    LARGEST: ClassVar[int] = 10**12

    def read(self, text: str) -> SettingValue:
        """The variable's text as the setting's type; whole numbers are positive."""
        if self.type is not int:
            return self.type(text)
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 13 else 0
        if not 0 < number < self.LARGEST:
            raise ConfigError(f"{self.variable} must be a whole number of 1 or more, not {text[:40]!r}")
        return number


def _settings() -> tuple[Setting, ...]:
    hints = get_type_hints(Config, include_extras=True)
    rows = []
    for field in fields(Config):
        kind, about = get_args(hints[field.name])
        default = cast(SettingValue, field.default)
        rows.append(Setting(field.name, about.variable, default, kind, about.help))
    return tuple(rows)


SETTINGS: tuple[Setting, ...] = _settings()
