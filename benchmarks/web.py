"""The page under load: 50 files at once over HTTP, and what pages take meanwhile.

    python benchmarks/web.py [--uploads 50] [--rows 4400] [--leads 1000000 10000000] [--json]

A whole `lead-pipeline up` with its own database runs for it, in a temporary folder. All files are
sent at the same moment; until the last of them is imported, every page is asked for in turn. Told
are how many ended well, what pages took in milliseconds before and meanwhile, when a browser first
shows something of the imports (where there is a Chromium), and the bytes of
script and style that the page of imports sends. Then lead_search.py runs, unless `--leads 0`.
"""

import argparse
import json
import re
import shutil
import statistics
import tempfile
import threading
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from pathlib import Path
from typing import Any

import lead_search
from generate import write_lists
from lead_search import ask
from playwright.sync_api import sync_playwright

from lead_pipeline_tests.integration.stack import Up, running_up, session_of

_PAGES = (
    "/imports", "/leads", "/sources", "/suppliers", "/dnc", "/duplicates", "/bucket", "/upload",
    "/api/imports", "/api/leads",
)  # fmt: skip
_BEFORE = 5  # times that each page is asked for before the uploads


def measure(uploads: int, rows: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder, running_up(Path(folder) / "home") as stack:
        url = stack.page_url
        first, _ = ask(f"{url}/imports")
        sent = _sent_with(f"{url}/imports")
        painted = _first_paint(f"{url}/imports")
        files = write_lists(Path(folder), uploads, rows)
        size = round(files[0].stat().st_size / 1000)
        before = [ask(f"{url}{path}")[0] for _ in range(_BEFORE) for path in _PAGES]
        start = time.monotonic()
        meanwhile, over = list[float](), threading.Event()
        asking = threading.Thread(target=_ask_until, args=(url, over, meanwhile))
        asking.start()
        with ThreadPoolExecutor(uploads) as sending:
            answers = list(sending.map(lambda path: _put(url, path), files))
        sending_seconds = time.monotonic() - start
        counts = _wait(stack, answers.count(201))
        over.set()
        asking.join()
        seconds = time.monotonic() - start
    return {
        "uploads": uploads,
        "kilobytes_each": size,
        "taken": answers.count(201),
        "completed": counts,
        "seconds_until_all_were_taken": round(sending_seconds, 1),
        "seconds_until_all_were_completed": round(seconds, 1),
        "first_answer_of_the_imports_page_ms": round(first * 1000, 1),
        "pages_before_ms": _figures(before),
        "pages_meanwhile_ms": _figures(meanwhile),
        "first_paint_ms": painted,
        "bytes_of_script_and_style": sent,
    }


def _first_paint(url: str) -> float | None:
    """Milliseconds until a browser shows something of the page; None where there is no Chromium."""
    found = shutil.which("chromium")
    if found is None:
        return None
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found, args=["--no-sandbox"])
        tab = browser.new_page()
        tab.goto(url)
        said = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
        tab.wait_for_function(said)
        painted = float(tab.evaluate(said))
        browser.close()
    return round(painted, 1)


def _put(url: str, path: Path) -> int:
    """The status that sending a file was answered with."""
    request = urllib.request.Request(
        f"{url}/api/uploads/{path.name}?supplier=Acme", path.read_bytes(), method="PUT"
    )
    try:
        with urllib.request.urlopen(request, timeout=300) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def _ask_until(url: str, over: threading.Event, took: list[float]) -> None:
    for path in cycle(_PAGES):
        if over.is_set():
            return
        took.append(ask(f"{url}{path}")[0])


def _wait(stack: Up, count: int) -> int:
    """How many are completed, once all have ended."""
    with session_of(stack.settings) as session:
        while True:
            ended = session.execute(
                "SELECT status FROM lead_sources WHERE completed_at IS NOT NULL"
            ).fetchall()
            if len(ended) >= count:
                return sum(row["status"] == "completed" for row in ended)
            time.sleep(0.2)


def _sent_with(url: str) -> int:
    """Bytes of all scripts and styles that a page names, and that these import."""
    waiting = re.findall(r'(?:src|href)="(/static/[^"]+\.(?:js|css))"', ask(url)[1].decode())
    base = "/".join(url.split("/")[:3])
    known: dict[str, int] = {}
    while waiting:
        path = waiting.pop()
        if path not in known:
            body = ask(f"{base}{path}")[1]
            known[path] = len(body)
            folder = path.rpartition("/")[0]
            named = re.findall(r'from "\./([^"]+)"', body.decode())
            waiting += [f"{folder}/{name}" for name in named]
    return sum(known.values())


def _figures(took: list[float]) -> dict[str, float]:
    ordered = sorted(seconds * 1000 for seconds in took)
    return {
        "asked": len(ordered),
        "p50": round(statistics.median(ordered), 1),
        "p95": round(ordered[int(len(ordered) * 0.95)], 1),
        "slowest": round(ordered[-1], 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--uploads", type=int, default=50)
    parser.add_argument("--rows", type=int, default=4400, help="rows of each file (4400: 1 MB)")
    parser.add_argument("--leads", type=int, nargs="+", default=[1_000_000, 10_000_000])
    parser.add_argument("--json", action="store_true", help="one JSON document")
    options = parser.parse_args()
    result = measure(options.uploads, options.rows)
    sizes = [leads for leads in options.leads if leads]
    searched = lead_search.measure(sizes, 7)
    if options.json:
        print(json.dumps(result | {"lead_search": searched}))
        return
    for name, value in result.items():
        print(f"{name.replace('_', ' '):<36} {value}")
    print("\n".join(lead_search.table(searched)))


if __name__ == "__main__":
    main()
