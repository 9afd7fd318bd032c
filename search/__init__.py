"""The read side: a query string in, ranked and highlighted genes out."""

from search.errors import BadRequest, GenelightError, IndexUnavailable
from search.genes import Genes, open_cluster, open_index
from search.page import Hit, Page

__all__ = [
    "BadRequest",
    "GenelightError",
    "Genes",
    "Hit",
    "IndexUnavailable",
    "Page",
    "open_cluster",
    "open_index",
]
