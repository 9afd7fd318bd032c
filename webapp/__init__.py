"""The faces: pages, JSON API and command line over one core."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from search import Genes
    from webapp.config import Config

__all__ = ["create_app"]


def create_app(config: Config, genes: Genes | None = None) -> Flask:
    """The web application; see ``webapp.app``.

    Imported on call: the command line lives in this package too, and a rebuild should
    not wait for a web framework.
    """
    from webapp.app import create_app as create

    return create(config, genes)
