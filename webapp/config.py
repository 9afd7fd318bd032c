"""The settings: one declared table, and the only place that reads environment variables."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar, cast, get_args, get_type_hints

from msgspec import Struct

from index.engines import CLUSTER_ENGINE, ENGINES

if TYPE_CHECKING:
    from index.cluster import ClusterAddress

SettingValue = str | int | Path
HIDDEN = "\N{HORIZONTAL ELLIPSIS}"


class ConfigError(ValueError):
    """A setting has a value that cannot be used; the message names the variable."""


class About(Struct, frozen=True):
    """What the table says of a setting beside its name, type and default."""

    variable: str
    help: str
    least: int = 1
    """The smallest number."""
    secret: bool = False
    """It is shown nowhere."""


@dataclass(frozen=True, kw_only=True, repr=False)
class Config:
    """The settings' values.  A field is a row of the table; SETTINGS lists them."""

    index_dir: Annotated[
        Path,
        About("GENELIGHT_INDEX_DIR", "Folder of the published index; with a cluster, of the build's report."),
    ] = Path("var/index")
    engine: Annotated[
        str,
        About(
            "GENELIGHT_ENGINE",
            "Text engine that genelight index builds for: columnar or whoosh; opensearch builds and searches "
            "in a cluster.",
        ),
    ] = "columnar"
    opensearch_url: Annotated[
        str,
        About(
            "GENELIGHT_OPENSEARCH_URL",
            "Nodes of the cluster, such as https://node1:9200,https://node2:9200.",
        ),
    ] = ""
    opensearch_alias: Annotated[
        str, About("GENELIGHT_OPENSEARCH_ALIAS", "Name of the index in the cluster.")
    ] = "genelight"
    opensearch_user: Annotated[str, About("GENELIGHT_OPENSEARCH_USER", "Who asks the cluster.")] = ""
    opensearch_password: Annotated[
        str, About("GENELIGHT_OPENSEARCH_PASSWORD", "That user's password.", secret=True)
    ] = ""
    opensearch_ca: Annotated[
        str,
        About(
            "GENELIGHT_OPENSEARCH_CA",
            "PEM file of the authority that signed the nodes' certificates; empty: those the system trusts.",
        ),
    ] = ""
    opensearch_timeout: Annotated[
        int,
        About("GENELIGHT_OPENSEARCH_TIMEOUT", "Seconds until a question is put to another node."),
    ] = 10
    opensearch_shards: Annotated[
        int, About("GENELIGHT_OPENSEARCH_SHARDS", "Parts that genelight index cuts the index into.")
    ] = 1
    opensearch_replicas: Annotated[
        int,
        About("GENELIGHT_OPENSEARCH_REPLICAS", "Further copies of each part, on other nodes.", least=0),
    ] = 1
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

    def with_engine(self, engine: str) -> Config:
        """The same settings for another engine."""
        return replace(self, engine=engine)

    def cluster(self) -> ClusterAddress | None:
        """Where the cluster is that holds the index, None where a folder does.

        Raises:
            ConfigError: there is no such engine, or what is told of the cluster cannot be used.
        """
        if self.engine not in ENGINES:
            raise ConfigError(
                f"GENELIGHT_ENGINE must be one of {', '.join(ENGINES)}, not {self.engine[:40]!r}"
            )
        if self.engine != CLUSTER_ENGINE:
            return None
        from webapp.cluster_settings import address  # its client takes a while to load

        return address(self)

    def __repr__(self) -> str:
        """Without what is secret, so that no log and no traceback has it."""
        told = ", ".join(f"{s.name}={s.shown(getattr(self, s.name))}" for s in SETTINGS)
        return f"Config({told})"


class Setting(Struct, frozen=True):
    """One row of the table; the default's type is the setting's type."""

    name: str
    variable: str
    default: SettingValue
    type: type[str] | type[int] | type[Path]
    help: str
    least: int = 1
    secret: bool = False

    LARGEST: ClassVar[int] = 10**12

    def read(self, text: str) -> SettingValue:
        """The variable's text as the setting's type."""
        if self.type is not int:
            return self.type(text)
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 13 else -1
        if not self.least <= number < self.LARGEST:
            raise ConfigError(
                f"{self.variable} must be a whole number of {self.least} or more, not {text[:40]!r}"
            )
        return number

    def shown(self, value: SettingValue) -> str:
        """The value as anyone may read it: no secret, and of an address nothing before the last @."""
        if self.secret:
            return repr(HIDDEN if value else "")
        return repr(_CREDENTIALS.sub(rf"\1{HIDDEN}@", value) if isinstance(value, str) else value)


_CREDENTIALS = re.compile(r"(\A\w+://)?.*@", re.DOTALL)


def _settings() -> tuple[Setting, ...]:
    hints = get_type_hints(Config, include_extras=True)
    rows = []
    for field in fields(Config):
        kind, about = get_args(hints[field.name])
        default = cast(SettingValue, field.default)
        rows.append(Setting(field.name, about.variable, default, kind, about.help, about.least, about.secret))
    return tuple(rows)


SETTINGS: tuple[Setting, ...] = _settings()
