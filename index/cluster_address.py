"""Where an OpenSearch cluster is, and how it is used."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

import msgspec
from msgspec import Struct

_PORTS = {"http": 9200, "https": 443}
_ALIAS = re.compile(r"[a-z0-9][a-z0-9_.-]{0,99}")


class Node(NamedTuple):
    scheme: str
    host: str
    port: int
    prefix: str

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}{self.prefix}"


class ClusterAddress(Struct, frozen=True, kw_only=True):
    """Where a cluster is and how it is used.

    A user and password in an URL are taken out of it; neither ``repr`` nor any message shows them.

    Raises:
        ValueError: an URL or the alias is none.
    """

    urls: tuple[str, ...]
    """Of several nodes, ``https://host:9200``; without a port 9200, with https 443."""
    alias: str = "genelight"
    user: str = ""
    password: str = ""
    ca: Path | None = None
    """Certificates of the authorities that are trusted; None trusts those that the system trusts."""
    verify: bool = True
    timeout: float = 10.0
    """Seconds for one try of a question."""
    attempts: int = 4
    shards: int = 1
    replicas: int = 1

    def __post_init__(self) -> None:
        if not self.urls:
            raise ValueError("no address of a cluster is given; one is, for example, http://127.0.0.1:9200")
        if not _ALIAS.fullmatch(self.alias):
            raise ValueError(
                f"the alias {self.alias!r} is no name that a cluster takes: small letters, digits, - _ and ."
            )
        for name, least in (("timeout", 0.001), ("attempts", 1), ("shards", 1), ("replicas", 0)):
            if not getattr(self, name) >= least:
                raise ValueError(f"{name} of a cluster must be at least {least}")
        read = [_read_url(url) for url in self.urls]
        named = {(user, password) for _, user, password in read if user or password}
        if self.user or self.password:
            named = {(self.user, self.password)}
        if len(named) > 1:
            raise ValueError(
                "the addresses of the cluster name several users; one cluster is asked as one user"
            )
        for user, password in named:
            msgspec.structs.force_setattr(self, "user", user)
            msgspec.structs.force_setattr(self, "password", password)
        msgspec.structs.force_setattr(self, "urls", tuple(str(node) for node, _, _ in read))

    @property
    def nodes(self) -> tuple[Node, ...]:
        return tuple(_read_url(url)[0] for url in self.urls)

    def __rich_repr__(self) -> Iterator[tuple[str, Any]]:  # type: ignore[override]
        for name in self.__struct_fields__:
            value = getattr(self, name)
            yield name, "…" if name in ("user", "password") and value else value

    def __repr__(self) -> str:
        return f"ClusterAddress({', '.join(f'{name}={value!r}' for name, value in self.__rich_repr__())})"

    def __str__(self) -> str:
        return ", ".join(self.urls)


def _read_url(url: str) -> tuple[Node, str, str]:
    """The node that an URL names, with user and password; what is wrong with it is said without either."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
        host = parts.hostname
    except ValueError:
        host, parts, port = None, urlsplit(""), None
    if parts.scheme not in _PORTS or not host or parts.query or parts.fragment:
        raise ValueError("an address of the cluster is no URL such as https://host:9200")
    node = Node(parts.scheme, host, port or _PORTS[parts.scheme], parts.path.rstrip("/"))
    return node, unquote(parts.username or ""), unquote(parts.password or "")
