"""What the settings say of a cluster, checked.  No message repeats an address: it may hold a password."""

from __future__ import annotations

import ssl
from pathlib import Path

from msgspec.structs import replace

from index.cluster import ClusterAddress
from webapp.config import Config, ConfigError

_URL = "GENELIGHT_OPENSEARCH_URL"
_ALIAS = "GENELIGHT_OPENSEARCH_ALIAS"
_USER = "GENELIGHT_OPENSEARCH_USER"
_PASSWORD = "GENELIGHT_OPENSEARCH_PASSWORD"  # noqa: S105 - the variable's name
_CA = "GENELIGHT_OPENSEARCH_CA"


def address(config: Config) -> ClusterAddress:
    """Where the cluster is, and as whom to ask it; a user of the settings outdoes that in a URL.

    Raises:
        ConfigError: something is missing or cannot be used; the message names the variable.
    """
    urls = tuple(part for told in config.opensearch_url.split(",") if (part := told.strip()))
    if not urls:
        raise ConfigError(
            f"the engine is opensearch, and {_URL} does not say where the cluster is; "
            "set it, for example to https://node1:9200,https://node2:9200"
        )
    try:
        found = ClusterAddress(
            urls=urls,
            user=config.opensearch_user,
            password=config.opensearch_password,
            timeout=float(config.opensearch_timeout),
            shards=config.opensearch_shards,
            replicas=config.opensearch_replicas,
        )
    except ValueError as error:
        raise ConfigError(f"{_URL}: {error}") from None
    if bool(found.user) != bool(found.password):
        given, missing = ("user", _PASSWORD) if found.user else ("password", _USER)
        raise ConfigError(f"of the cluster a {given} is given alone; set {missing} too")
    secure = {url.startswith("https:") for url in found.urls}
    if len(secure) > 1:
        raise ConfigError(f"{_URL} has both http and https; use one of the two for all nodes")
    try:
        found = replace(found, alias=config.opensearch_alias)
    except ValueError as error:
        raise ConfigError(f"{_ALIAS}: {error}") from None
    return replace(found, ca=_authority(config.opensearch_ca, secure={True} == secure))


def _authority(told: str, *, secure: bool) -> Path | None:
    if not told:
        return None
    path = Path(told)
    if not secure:
        raise ConfigError(f"{_CA} is set, and {_URL} is not https")
    if not path.is_file():
        raise ConfigError(f"{_CA}: there is no file {told[:200]!r}")
    try:
        ssl.create_default_context(cafile=path)
    except OSError:  # ssl's own errors too
        raise ConfigError(f"{_CA}: {told[:200]!r} cannot be read, or holds no certificate in PEM") from None
    return path
