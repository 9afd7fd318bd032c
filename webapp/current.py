"""What the application of this request was made with."""

from __future__ import annotations

from typing import cast

from flask import current_app

from search import Genes
from webapp.config import Config
from webapp.lazy import LazyGenes


def config() -> Config:
    """The settings."""
    return cast(Config, current_app.extensions["genelight.config"])


def genes() -> Genes:
    """The open index.

    Raises:
        IndexUnavailable: there is none that answers.
    """
    return cast(LazyGenes, current_app.extensions["genelight.genes"]).get()
