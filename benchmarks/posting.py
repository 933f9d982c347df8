"""How quickly posted leads are answered, beside none and beside millions of leads.

    python benchmarks/posting.py [--leads 0 1000000 10000000] [--rate 100] [--seconds 20] [--json]

A supplier posts by its token over HTTP to the page as `up` serves it, one lead a post, every fifth
of somebody known (where there are leads). First at `--rate` posts a second, whatever answers are
late: told are the median and p99 in milliseconds from when a post was due; and the same of pings.
Then as many as can be by 32 senders: told is how many a second; and the same with 100 leads a post.
Nothing is imported meanwhile. The leads that are known are made as lead_search.py makes them, and
their keys are digested before.
"""

import argparse
import asyncio
import itertools
import json
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx2
from deciding import empty_site
from lead_search import FILL, MOST_AN_IMPORT, served

from lead_pipeline.access.posters import create
from lead_pipeline.database import connect
from lead_pipeline.imports.site import Site

_SENDERS = 32
_KNOWN = 5  # one of so many is of somebody known
_WARM = 5  # posts of each sender that are not counted: they open its connection


# The keys of imports are digested in portions, as they come; these have no imports.
_DIGEST = """
DROP INDEX key_digests_digest;
INSERT INTO key_digests (digest, value)
SELECT key_digest(value), value FROM lead_identities WHERE kind IN ('email', 'phone');
CREATE INDEX key_digests_digest ON key_digests (digest);
DELETE FROM undigested;
"""


def measure(sizes: list[int], rate: int, seconds: int) -> dict[int, dict[str, float]]:
    """Number of leads -> what answers took, and how many there were a second."""
    results = {}
    for leads in sizes:
        with tempfile.TemporaryDirectory() as name, empty_site(Path(name)) as site:
            token = _prepared(site, leads)
            with served(site) as url:
                results[leads] = asyncio.run(_measured(url, token, leads, rate, seconds))
    return results


def _prepared(site: Site, leads: int) -> str:
    with connect(site.settings.owner_url, autocommit=True) as session:
        if leads:
            session.execute(FILL.format(leads=leads, batch=MOST_AN_IMPORT))
            session.execute(_DIGEST)
        session.execute("VACUUM ANALYZE")
        session.execute("CHECKPOINT")
        token, _ = create(session, "Acme", None)
    return token


async def _measured(url: str, token: str, leads: int, rate: int, seconds: int) -> dict[str, float]:
    people = _people(leads)
    headers = {"authorization": f"Bearer {token}"}
    limits = httpx2.Limits(max_connections=200)
    async with httpx2.AsyncClient(
        base_url=url, headers=headers, limits=limits, timeout=60
    ) as client:
        for _ in range(_WARM):
            await asyncio.gather(*(_post(client, next(people)) for _ in range(_SENDERS)))
        posts = await _at_rate(partial(_post, client), people, rate, seconds)
        pings = await _at_rate(partial(_ping, client), people, rate, seconds)
        return {
            **_spread("", posts),
            **_spread("ping_", pings),
            "posts_a_second": round(await _as_many(client, people, 1, seconds / 2)),
            "leads_a_second_in_hundreds": round(await _as_many(client, people, 100, seconds / 2)),
        }


def _spread(what: str, took: list[float]) -> dict[str, float]:
    return {
        f"{what}p50_ms": round(statistics.median(took) * 1000, 1),
        f"{what}p99_ms": round(statistics.quantiles(took, n=100)[-1] * 1000, 1),
    }


async def _at_rate(
    send: Callable[[Any], Awaitable[None]],
    people: Iterator[dict[str, Any]],
    rate: int,
    seconds: int,
) -> list[float]:
    """The seconds from when each request was due to its answer."""
    start = time.perf_counter()

    async def one(number: int, person: dict[str, Any]) -> float:
        due = start + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        await send(person)
        return time.perf_counter() - due

    sent = (one(number, next(people)) for number in range(rate * seconds))
    return list(await asyncio.gather(*sent))


async def _as_many(
    client: httpx2.AsyncClient, people: Iterator[dict[str, Any]], each: int, seconds: float
) -> float:
    """Leads a second, by senders that wait for their answers."""
    end, answered = time.perf_counter() + seconds, 0

    async def sender() -> None:
        nonlocal answered
        while time.perf_counter() < end:
            await _post(client, list(itertools.islice(people, each)))
            answered += each

    start = time.perf_counter()
    await asyncio.gather(*(sender() for _ in range(_SENDERS)))
    return answered / (time.perf_counter() - start)


async def _post(client: httpx2.AsyncClient, said: Any) -> None:
    (await client.post("/api/leads", json=said)).raise_for_status()


async def _ping(client: httpx2.AsyncClient, person: dict[str, Any]) -> None:
    keys = {
        f"{name}_sha256": sha256(person[name].encode()).hexdigest()
        for name in ("email", "phone")
        if person[name]
    }
    (await client.post("/api/leads/ping", json=keys)).raise_for_status()


def _people(leads: int) -> Iterator[dict[str, Any]]:
    """Invented people without end, some of them known."""
    for number in itertools.count():
        known = leads and number % _KNOWN == 0
        mail = f"p{1 + number * 7919 % leads}@example.net" if known else f"n{number}@example.com"
        yield {
            "lead_id": f"b-{number}",
            "full_name": f"Dana Example{number % 997}",
            "email": mail,
            "phone": f"+1{305_200_0000 + number}" if not known else None,
            "city": "Austin",
            "state": "TX",
            "created_at": "2026-11-03T15:15:02Z",
            "campaign_name": "Solar",
        }


def table(results: dict[int, dict[str, float]]) -> Iterator[str]:
    titles = ("p50 ms", "p99 ms", "ping p50", "ping p99", "posts/s", "in hundreds")
    yield f"{'leads':>12}" + "".join(f"{title:>13}" for title in titles)
    for leads, one in results.items():
        yield f"{leads:>12,}" + "".join(f"{figure:>13}" for figure in one.values())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--leads", type=int, nargs="+", default=[0, 1_000_000, 10_000_000])
    parser.add_argument("--rate", type=int, default=100, help="posts a second")
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--json", action="store_true", help="one JSON document")
    options = parser.parse_args()
    results = measure(options.leads, options.rate, options.seconds)
    print(json.dumps(results) if options.json else "\n".join(table(results)))


if __name__ == "__main__":
    main()
