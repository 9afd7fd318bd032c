"""What commands of the line have in common: options, settings, and what becomes of errors."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

import click

from index.generations import NoGeneration, RebuildRunning
from search import BadRequest, GenelightError
from webapp import terminal
from webapp.config import Config, ConfigError

P = ParamSpec("P")
R = TypeVar("R")


def index_dir_option(command: Callable[P, R]) -> Callable[P, R]:
    return click.option(
        "--index-dir",
        type=click.Path(path_type=Path, file_okay=False),
        default=None,
        help="Folder of the index; else GENELIGHT_INDEX_DIR, else var/index.",
    )(command)


def json_option(command: Callable[P, R]) -> Callable[P, R]:
    return click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")(command)


def telling_errors(command: Callable[P, R]) -> Callable[P, R]:
    """The one place where the core's errors become a message and an exit code."""

    @wraps(command)
    def told(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except BrokenPipeError:  # the reader of a pipe has had enough; click ends quietly
            raise
        except (BadRequest, ConfigError) as error:
            place = getattr(error, "position", None)
            at = "" if place is None else f" (at character {place + 1})"
            raise click.UsageError(terminal.harmless(f"{error}{at}")) from None
        except (GenelightError, NoGeneration, RebuildRunning, OSError) as error:
            raise click.ClickException(terminal.harmless(str(error))) from None

    return told


def config_of(index_dir: Path | None) -> Config:
    config = Config.from_env()
    return config if index_dir is None else config.with_index_dir(index_dir)


def typed(text: str) -> str:
    """An argument as HTTP would have it: what is no UTF-8 becomes a question mark in a diamond."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
