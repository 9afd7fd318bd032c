"""The index that the settings name: a folder's, or a cluster's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from index.cluster_faults import Busy, ClusterUnavailable, Refused
from index.cluster_published import current
from index.columns import Damaged
from index.engines import CLUSTER_ENGINE
from index.generations import NoGeneration
from search import Genes, IndexUnavailable, open_cluster, open_index
from webapp.config import Config, ConfigError

if TYPE_CHECKING:
    from index.cluster import Cluster
    from index.cluster_layout import Place


def open_genes(config: Config) -> Genes:
    """
    Raises:
        ConfigError: the settings name no index.
        IndexUnavailable: there is none that answers.
    """
    address = config.cluster()
    return open_index(config.index_dir) if address is None else open_cluster(address)


@contextmanager
def asking_cluster(config: Config) -> Iterator[Cluster | None]:
    """The cluster to be asked directly, None where the settings name a folder.

    Raises:
        ConfigError: what is told of the cluster cannot be used.
        IndexUnavailable: in place of what is raised where a cluster is asked.
    """
    address = config.cluster()
    if address is None:
        yield None
        return
    from index.cluster import Cluster  # its client takes a while to load

    cluster = Cluster(address)
    try:
        yield cluster
    except (ClusterUnavailable, Refused, Busy, Damaged, NoGeneration) as error:
        raise IndexUnavailable(str(error)) from None
    finally:
        cluster.close()


def published_in(cluster: Cluster) -> Place:
    """
    Raises:
        IndexUnavailable: nothing is published there.
        ClusterUnavailable: it does not answer.
    """
    place = current(cluster)
    if place is None:
        raise IndexUnavailable(
            f"no index in the cluster under the alias {cluster.address.alias}; build one with: "
            f"genelight index --engine {CLUSTER_ENGINE}"
        )
    return place


def require_folder(config: Config, command: str, instead: str) -> None:
    """
    Raises:
        ConfigError: the index is in a cluster, where a command cannot be carried out.
    """
    if config.cluster() is not None:
        raise ConfigError(
            f"{command} is for an index in a folder, and the engine is {CLUSTER_ENGINE}; {instead}"
        )
