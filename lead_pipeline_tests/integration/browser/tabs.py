"""A browser with tabs on the page of a site, and the pipeline behind it."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from lead_pipeline import ledger
from lead_pipeline.database import connect
from lead_pipeline.imports.site import Site
from lead_pipeline.intake.arrivals import Arrivals
from lead_pipeline_tests.integration.steps import run_steps
from lead_pipeline_tests.integration.web.serving import serving

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_WAIT_MS = 30_000
expect.set_options(timeout=_WAIT_MS)
DESKTOP, PHONE = (1280, 900), (390, 844)
_PAUSE_SECONDS = 0.05


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, started once for all tests of a process."""
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        pytest.skip("no Chromium: `apt-get install chromium` has the pages tested as well")
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(
            executable_path=found, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield chromium
        chromium.close()


@dataclass(frozen=True, slots=True)
class Tabs:
    """Opens tabs on one server; each is another person's unless it is told a tab to share with."""

    browser: Browser
    url: str
    errors: list[str]

    def open(
        self,
        path: str = "/",
        *,
        beside: Page | None = None,
        size: tuple[int, int] = DESKTOP,
        dark: bool = False,
        script: bool = True,
    ) -> Page:
        """A tab at the path, once it is loaded."""
        if beside is not None:
            tab = beside.context.new_page()
        else:
            context = self.browser.new_context(
                base_url=self.url, viewport={"width": size[0], "height": size[1]},
                color_scheme="dark" if dark else "light", java_script_enabled=script,
            )  # fmt: skip
            tab = context.new_page()
        tab.set_default_timeout(_WAIT_MS)
        tab.on("pageerror", lambda error: self.errors.append(str(error)))
        tab.on("console", lambda said: said.type == "error" and self.errors.append(said.text))
        tab.goto(path)
        return tab


@contextmanager
def tabs_on(browser: Browser, url: str) -> Iterator[Tabs]:
    """Tabs that are closed in the end; no script of a page may have failed until then."""
    tabs = Tabs(browser, url, [])
    try:
        yield tabs
    finally:
        for context in browser.contexts:
            context.close()
    # What the network answered is a test's own business.
    assert [one for one in tabs.errors if not one.startswith("Failed to load resource")] == []


@pytest.fixture
def tabs(browser: Browser, site: Site) -> Iterator[Tabs]:
    """Tabs on the page of the site, on loopback and without tokens."""
    with serving(site) as call, tabs_on(browser, call.url) as opened:
        yield opened


@contextmanager
def pipeline(site: Site) -> Iterator[None]:
    """What sensor and runs do, in a thread: every file that comes is imported, step by step."""
    stop = threading.Event()

    def work() -> None:
        arrivals = Arrivals(site.bucket)
        with connect(site.settings.database_url, autocommit=True) as session:
            while not stop.wait(_PAUSE_SECONDS):
                arrivals.enter(session)
                for import_ in ledger.open_imports(session, 100):
                    if not import_.status.at_rest:
                        run_steps(site, import_)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=60)


def violations(tab: Page) -> list[str]:
    """What axe finds on the page, rule and place; none is what every page must have."""
    found = Axe().run(tab)
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found.response["violations"]]


def is_wider_than_its_window(tab: Page) -> bool:
    """Whether people have to scroll sideways to read it."""
    return bool(tab.evaluate("document.documentElement.scrollWidth > innerWidth"))
