"""The command line's reference, made from its own help: ``python -m tests.docs_cli > docs/CLI.md``."""

from __future__ import annotations

from collections.abc import Iterator

import click

from webapp.cli import main
from webapp.config import SETTINGS

WIDTH = 96

OPENING = """\
# Command line

Made from the commands' own help by `python -m tests.docs_cli > docs/CLI.md`; a test checks that it is.

Exit codes of all commands: 0 done, with hits where something was asked; 1 nothing published, found or
readable, or the index is damaged; 2 wrong use. Answers go to standard output, everything else to
standard error. `--json` prints the same object as the HTTP endpoint (docs/API.md).
"""

VARIABLES = """\
## Environment

An option outdoes its variable; an empty variable counts as unset.

| variable | default | |
|---|---|---|
"""


def walk(command: click.Command, parent: click.Context | None = None) -> Iterator[click.Context]:
    """The context of a command and of all below it."""
    name = "genelight" if parent is None else command.name
    context = click.Context(
        command, info_name=name, parent=parent, terminal_width=WIDTH, **command.context_settings
    )
    yield context
    if isinstance(command, click.Group):
        for below in command.commands.values():
            yield from walk(below, context)


def reference() -> str:
    """The whole of docs/CLI.md."""
    parts = [OPENING]
    for context in walk(main):
        text = "\n".join(line.rstrip() for line in context.get_help().splitlines())
        parts.append(f"## {context.command_path}\n\n```\n{text}\n```\n")
    rows = [f"| `{s.variable}` | {f'`{s.default}`' if s.default else ''} | {s.help} |" for s in SETTINGS]
    return "\n".join([*parts, VARIABLES + "\n".join(rows) + "\n"])


if __name__ == "__main__":
    print(reference(), end="")
