"""Email addresses of a column: the address, its match key, and what is worth knowing about it.

How a cell is taken apart belongs here, and the questions put to `email-validator`; what is known
about single domains is email_domains.py. Whether a mailbox exists is not asked.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import resources
from itertools import chain

import email_validator
import pyarrow as pa
import pyarrow.compute as pc

from lead_pipeline.normalizing.email_domains import MailDomain, mail_domain
from lead_pipeline.normalizing.email_placeholders import find_placeholders, is_placeholder
from lead_pipeline.reading.entities import unescaped

# What email-validator surely takes as it is: an ASCII dot-atom (RFC 5322 3.2.3) at a host name
# (RFC 1123 2.1) without a doubled hyphen (RFC 5890 gives that a meaning) and with an alphabetic
# top-level domain; of no more characters than a single label of the name may have (RFC 1035 2.3.1).
_ATOM = r"[a-z0-9_!#$%&'*+/=?^`{|}~-]+"
_LABEL = r"[a-z0-9]+(?:-[a-z0-9]+)*"
_PLAIN = rf"^{_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+[a-z]+$"
_LONGEST_PLAIN = 63
# Names such as .local and .test that cannot be delivered to; example.com is not among them.
_SPECIAL_USE = rf"[@.](?:{'|'.join(map(re.escape, email_validator.SPECIAL_USE_DOMAIN_NAMES))})$"
# Blanks and quotes around a cell; a leading apostrophe is how a spreadsheet marks text.
_AROUND = " \t\r\n\"'"
# What no address contains, and what besides may stand between two of them.
_BETWEEN = re.compile(r"[\s\u200b\u2060\ufeff;,<>()\[\]\"]+")
_BETWEEN_OR_BAR = re.compile(rf"(?:{_BETWEEN.pattern}|[|\u201c\u201d])+")
_QUOTES = "'\u2018\u2019"
# Letters and digits as wide as a Chinese character (Unicode, Halfwidth and Fullwidth Forms), which
# an input method leaves; and all signs of that width.
_WIDE = {code + 0xFEE0: code for code in range(0x21, 0x7F)} | {0x3000: 0x20}
_WIDE_LETTERS = {wide: code for wide, code in _WIDE.items() if chr(code).isalnum()}
# What is not seen in an address: soft hyphen, zero-width and directional marks, byte-order mark.
_UNSEEN = dict.fromkeys(
    [0xAD, 0x61C, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF]
)
# `Ann Lee ann@example.com`, but also `ann lee@example.com`, whose blank may be part of a slip.
# In `ann,birch@example.com` so may be the comma.
_AMID_WORDS = re.compile(
    r"[^<>@()\[\]\":;,|]*\w\s+[^\s<>@()\[\]\":;,|]+@|[^\s<>@()\[\]\":;,|]+,[^\s<>@()\[\]\":;,|]+@"
)


@dataclass(frozen=True, slots=True)
class Emails:
    """The addresses of a column; every array is as long as the column that went in.

    `address` is the first valid address of the cell in lower case, null without one. Domains are
    case-insensitive (RFC 4343); local parts need not be (RFC 5321 2.4), but no provider of note
    tells them apart, and lists are full of capitals. Internationalised domains are in Unicode.
    `match_key` is what one mailbox has in common under its provider's rules: only for comparing.
    `suggestion` is the address with the domain that was probably meant. `is_role` and
    `is_disposable` are false where there is no address. `is_own` is false where nobody is known by
    the address: it is a function's, or a guess at a cell that says more. `problems` is null where
    all is well, else:

    - `invalid_email`: email-validator holds nothing in the cell for an address;
    - `several_emails`: there are more valid addresses in the cell, the first one is taken;
    - `partly_invalid_email`: beside the valid address stands one that is not;
    - `words_before_email`: bare words stand before it, which may be a name or a part of it;
    - `placeholder_email`: it stands for no address (`none@none.com`; only of `contact_emails`);
    - `suspicious_domain`: the domain looks mistyped, see `suggestion`; the address stays as it is.
    """

    address: pa.StringArray
    match_key: pa.StringArray
    problems: pa.StringArray
    suggestion: pa.StringArray
    is_role: pa.BooleanArray
    is_own: pa.BooleanArray
    is_disposable: pa.BooleanArray


def normalize_emails(values: pa.StringArray) -> Emails:
    """Read every cell of an email column as `email-validator` does, without asking the network.

    Its default holds: special-use domains (.test, .local, .invalid) are refused, since nobody can
    be reached there, but example.com and its like are accepted, as RFC 6761 wants.

    Args:
        values: cells as they stand; null and blank cells give nothing and no problem.
    """
    plain = _read_plain(values)
    hard = pc.if_else(plain.is_null(), values, None).dictionary_encode()
    read = _read_cells(hard.dictionary.to_pylist())
    address = pc.coalesce(plain, _spread([found for found, _ in read], hard))
    problems = _spread([problem for _, problem in read], hard)

    parts = pc.split_pattern(address, "@")
    local, domain = pc.list_element(parts, 0), pc.list_element(parts, 1).dictionary_encode()
    facts = [mail_domain(name) for name in domain.dictionary.to_pylist()]
    meant = _spread([fact.suggestion for fact in facts], domain)
    suspicious = pc.if_else(meant.is_valid(), "suspicious_domain", pa.scalar(None, pa.string()))
    is_role = pc.is_in(local, _role_names())
    guessed = pc.fill_null(pc.equal(problems, "words_before_email"), False)
    return Emails(
        address=address,
        match_key=_match_key(local, domain, facts),
        problems=pc.coalesce(problems, suspicious),
        suggestion=pc.binary_join_element_wise(local, meant, "@"),
        is_role=is_role,
        is_own=pc.and_not(pc.invert(is_role), guessed),
        is_disposable=_spread([f.is_disposable for f in facts], domain, pa.bool_()).fill_null(
            False
        ),
    )


def contact_emails(values: pa.StringArray) -> Emails:
    """`normalize_emails` of what somebody is to be reached by: without addresses that stand for
    none. Lists of whom not to write to are read with them."""
    read = normalize_emails(values)
    none = find_placeholders(read.address)
    if not none.true_count:
        return read
    nothing = pa.scalar(None, pa.string())
    return replace(
        read,
        address=pc.if_else(none, nothing, read.address),
        match_key=pc.if_else(none, nothing, read.match_key),
        problems=pc.if_else(none, "placeholder_email", read.problems),
        suggestion=pc.if_else(none, nothing, read.suggestion),
        is_role=pc.and_not(read.is_role, none),
        is_own=pc.or_(read.is_own, none),
        is_disposable=pc.and_not(read.is_disposable, none),
    )


def _spread(
    results: list[object], values: pa.DictionaryArray, kind: pa.DataType | None = None
) -> pa.Array:
    """One result for each distinct value, laid out row by row."""
    return pa.array(results, kind or pa.string()).take(values.indices)


def _read_plain(values: pa.StringArray) -> pa.StringArray:
    """The address of every cell that is plainly one, null for all that needs the library."""
    text = pc.ascii_lower(pc.ascii_trim(values, _AROUND))
    plain = pc.and_(
        pc.match_substring_regex(text, _PLAIN),
        pc.less_equal(pc.binary_length(text), _LONGEST_PLAIN),
    )
    plain = pc.and_not(plain, pc.match_substring_regex(text, _SPECIAL_USE))
    return pc.if_else(plain, text, None)


def _match_key(
    local: pa.StringArray, domain: pa.DictionaryArray, facts: list[MailDomain]
) -> pa.StringArray:
    """The address with its provider's aliases folded together."""
    rules = sorted({(fact.tag, fact.ignored) for fact in facts if fact.tag})
    rule = _spread(
        [rules.index((f.tag, f.ignored)) if f.tag else None for f in facts], domain, pa.int8()
    )
    for number, (tag, ignored) in enumerate(rules):
        ours = pc.and_(pc.equal(rule, number), _contains_any(local, tag + ignored))
        ours = ours.fill_null(False)
        local = pc.replace_with_mask(local, ours, _fold(local.filter(ours), tag, ignored))
    local = pc.coalesce(_spread([fact.mailbox for fact in facts], domain), local)
    return pc.binary_join_element_wise(
        local, _spread([fact.stands_for for fact in facts], domain), "@"
    )


def _fold(local: pa.StringArray, tag: str, ignored: str) -> pa.StringArray:
    """The name of the mailbox without tag and ignored characters, if anything is left of it."""
    name = pc.replace_substring_regex(local, rf"^([^{tag}]+)[{tag}].*$", r"\1")
    for character in ignored:
        name = pc.replace_substring(name, character, "")
    return pc.if_else(pc.equal(name, ""), local, name)


def _contains_any(values: pa.StringArray, characters: str) -> pa.BooleanArray:
    return pc.match_substring_regex(values, f"[{re.escape(characters)}]")


@lru_cache(maxsize=1)
def _role_names() -> pa.StringArray:
    """Local parts that name a function, from data/role_names.txt."""
    data = resources.files("lead_pipeline.normalizing").joinpath("data", "role_names.txt")
    lines = data.read_text("utf-8").splitlines()
    return pa.array([line for line in lines if not line.startswith("#")])


def _read_cells(cells: list[str]) -> list[tuple[str | None, str | None]]:
    """Address and problem of cells that are not plainly one address each."""
    wholes = [cell.translate(_WIDE_LETTERS).strip().strip(_AROUND) for cell in cells]
    texts = [_readable(whole) for whole in wholes]
    words = [list(_words(text)) for text in texts]
    single = (whole for whole in (*wholes, *texts) if not _BETWEEN.search(whole))
    addresses = _validate_all([*single, *chain.from_iterable(words)])
    return [
        _choose(
            text or whole,
            addresses.get(whole) or addresses.get(text),
            [addresses[word] for word in words_of_it],
        )
        for whole, text, words_of_it in zip(wholes, texts, words, strict=True)
    ]


def _readable(text: str) -> str:
    """The text without entities, wide signs and what cannot be seen; between two addresses that is
    what parts them."""
    text = unescaped(text).translate(_WIDE)
    return (text if text.count("@") > 1 else text.translate(_UNSEEN)).strip().strip(_AROUND)


def _choose(text: str, whole: str | None, words: list[str | None]) -> tuple[str | None, str | None]:
    """The whole cell as one address, or the first one in it."""
    if whole or not text:
        return whole, None
    valid = list(dict.fromkeys(filter(None, words)))
    if not valid:
        return None, "invalid_email"
    if len(valid) > 1:
        return next((one for one in valid if not is_placeholder(one)), valid[0]), "several_emails"
    if not all(words):
        return valid[0], "partly_invalid_email"
    return valid[0], "words_before_email" if _AMID_WORDS.match(text) else None


def _words(text: str) -> Iterator[str]:
    """What could be an address in a cell; a slash may part two, but is legal within one."""
    for word in _BETWEEN_OR_BAR.split(text):
        for part in word.split("/") if word.count("@") > 1 else [word]:
            if "@" in part:
                yield _bare(part)


def _bare(token: str) -> str:
    """An address without the punctuation of a sentence and the parts of a link (RFC 6068)."""
    token = token.lstrip(_QUOTES).rstrip(_QUOTES + ".,:;!?*/\u2026")
    if token.lower().startswith("mailto:"):
        token = token[len("mailto:") :].partition("?")[0]
    return token


def _validate_all(texts: Iterable[str]) -> dict[str, str | None]:
    """The address that each text is, or None."""
    distinct = list(dict.fromkeys(texts))
    plain = _read_plain(pa.array(distinct, pa.string())).to_pylist()
    return {text: address or _validate(text) for text, address in zip(distinct, plain, strict=True)}


def _validate(text: str) -> str | None:
    try:
        return email_validator.validate_email(text, check_deliverability=False).normalized.lower()
    except email_validator.EmailNotValidError:
        return None
