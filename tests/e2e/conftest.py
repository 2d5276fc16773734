"""The real pages in Chromium, on the running service."""

import shutil
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from kefu.bootstrap.container import Container, make_container
from kefu.core.settings import ROOT
from kefu.dialogue.brain import Brain
from kefu.gateway.app import create_app
from tests.service.conftest import brain, data_dir, seeded, settings_for

__all__ = ["brain", "data_dir", "seeded"]  # fixtures shared with the API's tests

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
BUILT = (ROOT / "web" / "apps" / "widget" / "dist" / "index.html").exists()
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
PATIENCE = 20_000  # ms that a page may take on a busy machine; an idle one needs a tenth
QUIET = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium; without it, or without the built pages, these tests are skipped and say so.

    It ends with this folder's tests: Playwright keeps an event loop running, and the next ones need theirs.
    """
    if CHROMIUM is None:
        pytest.skip("没有 Chromium，跳过浏览器测试")
    if not BUILT:
        pytest.skip("网页没有构建（make web），跳过浏览器测试")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield found
        found.close()


class Live:
    """The service on a real port."""

    def __init__(self, container: Container, port: int = 0) -> None:
        self.container = container
        with socket.socket() as probe:
            # A restarted service comes back under its old address, whose last connections are still ending.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            self.port = probe.getsockname()[1]
        config = uvicorn.Config(
            create_app(container),
            port=self.port,
            log_config=None,
            ws="websockets-sansio",
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)

    @property
    def url(self) -> str:
        """Where the pages are."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Serve; returns when the port answers."""
        self._thread.start()
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return

    def stop(self) -> None:
        """Stop serving."""
        self._server.should_exit = True
        self._thread.join(20)


@pytest.fixture
def live(browser: Browser, data_dir: Path, brain: Brain) -> Iterator[Live]:
    """The running service."""
    container = make_container(settings_for(data_dir))
    container.brain.put(brain)
    running = Live(container)
    running.start()
    yield running
    running.stop()


class Pages:
    """Pages that note every request to another host and every error on the console."""

    def __init__(self, browser: Browser, live: Live) -> None:
        self._browser, self._live = browser, live
        self._contexts: list[BrowserContext] = []
        self.foreign: list[str] = []
        self.errors: list[str] = []

    def open(self, path: str, size: dict[str, int]) -> Page:
        """Open a page in a browser context of its own (another person's device)."""
        context = self._browser.new_context(
            viewport={"width": size["width"], "height": size["height"]}, locale="zh-CN"
        )
        self._contexts.append(context)
        context.set_default_timeout(2 * PATIENCE)
        page = context.new_page()
        page.on("request", lambda request: self._note(request.url))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.goto(self._live.url + path)
        return page

    def _note(self, url: str) -> None:
        if not url.startswith((self._live.url, self._live.url.replace("http", "ws"), "data:", "blob:")):
            self.foreign.append(url)

    def close(self) -> None:
        """Close everything."""
        for context in self._contexts:
            context.close()


@pytest.fixture
def pages(browser: Browser, live: Live) -> Iterator[Pages]:
    """Open pages, and check at the end that nothing left for another host and nothing broke."""
    opened = Pages(browser, live)
    yield opened
    opened.close()
    assert opened.foreign == []
    assert opened.errors == []
