"""The application, put together from its parts."""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import Flask, url_for

from search import Genes
from webapp import errors, exports, presenting, responses
from webapp.api import api
from webapp.config import Config
from webapp.lazy import LazyGenes
from webapp.list_pages import lists
from webapp.pages import pages
from webapp.paper_pages import papers
from webapp.readiness import Readiness

ASSET_AGE_SECONDS = 7 * 24 * 3600


def create_app(config: Config, genes: Genes | None = None) -> Flask:
    """The web application over the index that ``config`` names, or over ``genes``.

    The index is opened by the first request that needs it, so that this never fails for
    want of one.

    Raises:
        ConfigError: what is told of a cluster cannot be used.
    """
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = config.max_body_bytes
    app.config["MAX_FORM_MEMORY_SIZE"] = config.max_body_bytes
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = ASSET_AGE_SECONDS
    app.extensions["genelight.config"] = config
    lazy = LazyGenes(config, genes)
    app.extensions["genelight.genes"] = lazy
    app.extensions["genelight.readiness"] = Readiness(config, lazy)
    # A symbol may hold two slashes in a row; to merge them would be to ask for another gene.
    app.url_map.merge_slashes = False
    app.before_request(responses.preflight)
    app.after_request(responses.add_headers)
    errors.register(app)
    app.register_blueprint(pages)
    app.register_blueprint(papers)
    app.register_blueprint(lists)
    app.register_blueprint(api)
    exports.register(app)
    presenting.register(app)
    _version_assets(app)
    return app


def _version_assets(app: Flask) -> None:
    """Gives templates ``asset(name)``: its address changes with its bytes, so it may be kept for long."""
    folder = Path(app.root_path) / "static"
    versions = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()[:10] for path in sorted(folder.iterdir())
    }

    def asset(name: str) -> str:
        return url_for("static", filename=name, v=versions[name])

    app.jinja_env.globals["asset"] = asset
