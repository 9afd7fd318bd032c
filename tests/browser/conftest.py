"""A real Chromium before a real server.

A page that prints an error, throws one or meets its own security policy fails the test
that opened it, whatever else the test looks at.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Page,
    expect,
    sync_playwright,
)

from index.build import build
from index.documents import Mention
from index.records import Reference
from tests import making
from tests.running import SAMPLES, Server, serving

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PATIENCE = 15_000
"""Milliseconds that a page may take on a slow machine."""

TELL_VIOLATIONS = (
    "addEventListener('securitypolicyviolation', e => console.error('CSP', e.violatedDirective))"
)

_STATUS = re.compile(r"Failed to load resource: the server responded with a status of [345]\d\d")
"""What Chromium prints for a page that is meant to have such a status."""

SCRIPT = "javascript:window.pwned=1"
HOSTILE = (
    "<script>window.pwned=1</script><img src=x onerror=window.pwned=1> \"><svg onload=window.pwned=1> ' "
    "javascript:window.pwned=1 {{7*7}} </textarea></title><style>*{display:none}</style> zinc"
)

Open = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = CHROMIUM if Path(CHROMIUM).exists() else shutil.which("chromium")
    if chromium is None:
        missing = "Chromium is missing; install it: apt-get install chromium"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The sample corpus."""
    folder = tmp_path_factory.mktemp("browser") / "index"
    build([SAMPLES], folder)
    with serving(folder) as running:
        yield running


@pytest.fixture(scope="session")
def hostile_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A gene in whose every text there is what would run if it were taken for markup."""
    folder = tmp_path_factory.mktemp("hostile") / "index"
    gene = making.gene(
        f"EVIL{HOSTILE}",
        making.says(HOSTILE, cited=[0], mentions=[Mention(0, 8, ("NCBIGene:evil",))]),
        making.says(HOSTILE, "go", key=f"GO:{HOSTILE}"),
        making.says(HOSTILE, "family"),
        making.says(HOSTILE, "location"),
        id="NCBIGene:evil",
        name=HOSTILE,
        names=[("alias", f"evil alias {HOSTILE}"), ("previous_symbol", f"evil once {HOSTILE}")],
        identifiers=[("hgnc", SCRIPT), ("ensembl", HOSTILE)],
        references=[Reference(1, HOSTILE, HOSTILE, HOSTILE, 2020, SCRIPT, SCRIPT)],
    )
    making.publish(folder, [gene, making.gene("GOOD", "Binds zinc.")])
    with serving(folder) as running:
        yield running


@pytest.fixture(scope="session")
def empty_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """No index at all."""
    with serving(tmp_path_factory.mktemp("empty") / "index") as running:
        yield running


@pytest.fixture
def troubles() -> list[str]:
    """What the pages of this test complained of."""
    return []


@pytest.fixture
def open_page(browser: Browser, troubles: list[str]) -> Iterator[Open]:
    """Opens an address in a context of its own; options are the context's."""
    contexts: list[BrowserContext] = []

    def opened(address: str, **options: object) -> Page:
        context = browser.new_context(**options)  # type: ignore[arg-type]  # Playwright's own names
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        context.add_init_script(TELL_VIOLATIONS)
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(f"{page.url}: {error}"))
        page.on("dialog", dismiss)
        page.on("console", note)
        page.goto(address)
        return page

    def note(message: ConsoleMessage) -> None:
        page = message.page
        is_page_itself = page is not None and message.location["url"] == page.url
        if message.type in ("error", "warning") and not (is_page_itself and _STATUS.match(message.text)):
            troubles.append(f"{message.location['url']}: {message.text}")

    def dismiss(dialog: Dialog) -> None:
        troubles.append(f"a dialog: {dialog.message}")
        dialog.dismiss()

    yield opened
    for context in contexts:
        context.close()
    assert not troubles
