"""What the application of this request was made with."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import current_app

from search import Genes
from webapp.config import Config
from webapp.lazy import LazyGenes

if TYPE_CHECKING:
    from webapp.readiness import Readiness


def config() -> Config:
    """The settings."""
    return cast(Config, current_app.extensions["genelight.config"])


def genes() -> Genes:
    """The open index.

    Raises:
        IndexUnavailable: there is none that answers.
    """
    return cast(LazyGenes, current_app.extensions["genelight.genes"]).get()


def readiness() -> Readiness:
    """Whether the index answers."""
    return cast("Readiness", current_app.extensions["genelight.readiness"])
