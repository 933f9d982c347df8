"""What is known about a mail domain: its provider's alias rules, likely typos, disposable or not.

Facts about one domain belong here, read from data/ and from `disposable-email-domains`; columns of
addresses are emails.py. Nothing is looked up on a network.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import resources
from typing import Any

from disposable_email_domains import blocklist

_KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


@dataclass(frozen=True, slots=True)
class MailDomain:
    """The facts about one domain.

    `stands_for` is the domain of the match key. `tag` begins what a provider ignores at the end of
    a name, `ignored` are characters it ignores inside. `mailbox` is the name of the mailbox where
    the domain itself tells it (anything@dana.fastmail.com). `suggestion` is the domain that was
    probably meant.
    """

    stands_for: str
    tag: str = ""
    ignored: str = ""
    mailbox: str | None = None
    suggestion: str | None = None
    is_disposable: bool = False


@lru_cache(maxsize=4096)
def mail_domain(domain: str) -> MailDomain:
    """The facts about a domain, given in lower case."""
    facts = _providers().get(domain) or _subdomain(domain) or MailDomain(domain)
    return replace(facts, suggestion=_suggestion(domain), is_disposable=_is_disposable(domain))


def _subdomain(domain: str) -> MailDomain | None:
    """Facts for name.fastmail.com, the subdomain addressing that some providers offer."""
    mailbox, _, parent = domain.partition(".")
    facts = _providers().get(parent)
    if facts is None or parent not in _providers_with_subdomains():
        return None
    return replace(facts, mailbox=mailbox)


def _is_disposable(domain: str) -> bool:
    """Whether the domain or one above it is listed as throw-away."""
    while "." in domain:
        if domain in blocklist:
            return True
        domain = domain.partition(".")[2]
    return False


def _suggestion(domain: str) -> str | None:
    """What was probably meant: first the ending is mended ("gmial.con"), then the name.

    Behind an ending another one is one too many ("gmail.com.com", "comcast.net.com").
    """
    name, _, ending = domain.rpartition(".")
    mended = f"{name}.{_endings().get(ending, ending)}"
    while mended.endswith(_doubled_endings()):
        mended = mended.rpartition(".")[0]
    meant = _typos().get(mended, mended)
    return meant if meant != domain else None


@lru_cache(maxsize=1)
def _providers() -> dict[str, MailDomain]:
    """Facts by domain, from data/email_providers.toml."""
    facts = {}
    for provider in _load("email_providers.toml")["provider"]:
        tag, ignored = provider["tag"], provider.get("ignored", "")
        for domain in provider["domains"]:
            stands_for = provider["domains"][0] if provider.get("shared") else domain
            facts[domain] = MailDomain(stands_for, tag, ignored)
    return facts


@lru_cache(maxsize=1)
def _providers_with_subdomains() -> frozenset[str]:
    providers = _load("email_providers.toml")["provider"]
    return frozenset(d for p in providers if p.get("subdomains") for d in p["domains"])


@lru_cache(maxsize=1)
def _endings() -> dict[str, str]:
    """Impossible endings and what they stand for."""
    endings = _load("email_typos.toml")["endings"]
    return {wrong: right for right, slips in endings.items() for wrong in slips}


@lru_cache(maxsize=1)
def _doubled_endings() -> tuple[str, ...]:
    endings = _load("email_typos.toml")["endings"]
    return tuple(f".{one}.{other}" for one in endings for other in endings)


@lru_cache(maxsize=1)
def _typos() -> dict[str, str]:
    """Mistyped domains and the watched domain each of them stands for."""
    data = _load("email_typos.toml")
    typos: dict[str, str] = {}
    for domain in data["watched"]:
        name, _, ending = domain.rpartition(".")
        slips = {f"{slip}.{ending}" for slip in _slips(name)}
        typos |= dict.fromkeys(slips - set(data["watched"]), domain)
    for domain in (*data["watched"], *data["watched_endings"]):
        name, _, ending = domain.rpartition(".")
        slips = {f"{name}.{wrong}" for wrong in data["slips"].get(ending, ())}
        typos |= dict.fromkeys(slips, domain)
    return typos


def _slips(name: str) -> Iterator[str]:
    """The name one slip away: letters swapped, left out, doubled, or the key beside them.

    The first letter is hardly ever the wrong one, and mail.com is not gmail.com: that one is only
    swapped or doubled.
    """
    for at in range(len(name)):
        before, letter, after = name[:at], name[at], name[at + 1 :]
        yield before + letter * 2 + after
        yield before + after[:1] + letter + after[1:]
        if at:
            yield before + after
            for neighbour in _keys_beside(letter):
                yield before + neighbour + after


def _keys_beside(letter: str) -> str:
    """The keys that touch a letter on a QWERTY keyboard."""
    row = next(index for index, keys in enumerate(_KEYBOARD) if letter in keys)
    column = _KEYBOARD[row].index(letter)
    # Each row of keys stands half a key to the right of the one above it.
    beside = {(row, column - 1), (row, column + 1), (row - 1, column), (row - 1, column + 1)}
    beside |= {(row + 1, column - 1), (row + 1, column)}
    return "".join(
        keys[at]
        for index, keys in enumerate(_KEYBOARD)
        for r, at in sorted(beside)
        if r == index and 0 <= at < len(keys)
    )


def _load(file: str) -> dict[str, Any]:
    text = resources.files("lead_pipeline.normalizing").joinpath("data", file).read_text("utf-8")
    return tomllib.loads(text)
