"""The write side of the text engines, a module or package each, imported only when an index is built for it:
to read one needs none of them, and the numerical tools of some take longer to load than a search takes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from index import columnar

if TYPE_CHECKING:
    from index.engines.columnar.writer import ColumnWriter
    from index.engines.whoosh_index import EngineWriter


def _columnar() -> type[ColumnWriter]:
    from index.engines.columnar.writer import ColumnWriter

    return ColumnWriter


def _whoosh() -> type[EngineWriter]:
    from index.engines.whoosh_index import EngineWriter

    return EngineWriter


CLUSTER_ENGINE = "opensearch"
"""What its index is made of is a columnar one (index/cluster_encoding.py)."""
ENGINES: Mapping[str, Callable[[], type[ColumnWriter] | type[EngineWriter]]] = {
    columnar.NAME: _columnar,
    "whoosh": _whoosh,
    CLUSTER_ENGINE: _columnar,
}
"""What gives the writer of the text engine of a name."""
EMBEDDED = tuple(name for name in ENGINES if name != CLUSTER_ENGINE)
"""The engines whose index is a folder."""
DEFAULT_ENGINE = columnar.NAME
