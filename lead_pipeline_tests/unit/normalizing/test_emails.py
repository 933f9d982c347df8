"""Email columns: what each kind of cell gives, and that email-validator would say the same."""

import email_validator
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lead_pipeline.normalizing.emails import Emails, normalize_emails


def emails(*cells: str | None) -> Emails:
    return normalize_emails(pa.array(cells, pa.string()))


def by_library(text: str) -> str | None:
    try:
        return email_validator.validate_email(text, check_deliverability=False).normalized.lower()
    except email_validator.EmailNotValidError:
        return None


@pytest.mark.parametrize(
    "cell",
    [
        "dana@example.com",
        "Dana@Example.COM",
        "  dana@example.com\n",
        "\u00a0dana@example.com\u200b",
        '"dana@example.com"',
        "'dana@example.com'",
        "'dana@example.com",
        '="dana@example.com"',
        "dana@example.com.",
        "dana@example.com,",
        "<dana@example.com>",
        "mailto:dana@example.com",
        "MAILTO:dana@example.com?subject=Offer",
        '"Dana" <dana@example.com>',
        "Dana Doe <Dana@example.com>",
        "Dana (dana@example.com)",
        "dana@example.com; dana@example.com",
        # seen by nobody, but there
        "da\u200bna@example.com",
        "dana@exam\u200dple.com",
        "dana@example.com\u202c",
        "\u202adana\u202e@example.com",
        "\u2066dana@example.com\u2069",
        "da\u00adna@example.com",
        "da\ufeffna@example.com",
        # left by an input method
        "dana\uff20example.com",
        "dana@example\uff0ecom",
        "\uff44\uff41\uff4e\uff41\uff20\uff45\uff58\uff41\uff4d\uff50\uff4c\uff45\uff0e\uff43\uff4f\uff4d",
        "\uff44ana@example.com",
        # cut off a text, or out of a page
        "dana@example.com/",
        "dana@example.com\u2026",
        "dana@example.com...",
        "dana&#64;example.com",
        "dana@example&#46;com",
        "&lt;dana@example.com&gt;",
        "&nbsp;dana@example.com&nbsp;",
        "dana@example.com&nbsp;",
    ],
)
def test_every_way_to_write_one_address_gives_it(cell: str) -> None:
    read = emails(cell)
    assert read.address.to_pylist() == ["dana@example.com"]
    assert read.match_key.to_pylist() == ["dana@example.com"]
    assert read.problems.to_pylist() == [None]
    assert read.suggestion.to_pylist() == [None]


@pytest.mark.parametrize("cell", ["Dana Doe dana@example.com", "x dana@example.com"])
def test_bare_words_before_an_address_are_told(cell: str) -> None:
    """They may be a name, or the beginning of an address with a blank in it."""
    emails = normalize_emails(pa.array([cell]))
    assert emails.address.to_pylist() == ["dana@example.com"]
    assert emails.problems.to_pylist() == ["words_before_email"]


@pytest.mark.parametrize(
    "cell",
    [
        "dana@example.com; bea@example.com",
        "dana@example.com,bea@example.com",
        "dana@example.com bea@example.com",
        "dana@example.com/bea@example.com",
        "dana@example.com | bea@example.com",
        "Dana <dana@example.com>, Bea <bea@example.com>",
    ],
)
def test_of_several_addresses_the_first_is_taken_and_it_is_said(cell: str) -> None:
    read = emails(cell)
    assert read.address.to_pylist() == ["dana@example.com"]
    assert read.problems.to_pylist() == ["several_emails"]


def test_a_bad_address_beside_a_good_one_is_said() -> None:
    read = emails("dana@, bea@example.com")
    assert read.address.to_pylist() == ["bea@example.com"]
    assert read.problems.to_pylist() == ["partly_invalid_email"]


@pytest.mark.parametrize(
    "cell",
    [
        "n/a",
        "dana",
        "dana@",
        "@example.com",
        "dana@example",
        "dana@localhost",
        "dana@shop.test",
        "dana@example..com",
        "dana@ example.com",
        "dana@@example.com",
        ".dana@example.com",
        "dana@-example.com",
        "dana@ab--example.com",
        "dana at example.com",
        f"dana@{'a' * 64}.com",
        f"{'a' * 250}@example.com",
    ],
)
def test_a_cell_without_an_address_says_so(cell: str) -> None:
    read = emails(cell)
    assert read.address.to_pylist() == [None]
    assert read.match_key.to_pylist() == [None]
    assert read.is_role.to_pylist() == [False]
    assert read.is_disposable.to_pylist() == [False]
    assert read.problems.to_pylist() == ["invalid_email"]


@pytest.mark.parametrize(
    ("cell", "address"),
    [
        ("dana@b\u00fccher.example", "dana@b\u00fccher.example"),
        ("dana@xn--bcher-kva.example", "dana@b\u00fccher.example"),
        ("D\u00e1na@example.com", "d\u00e1na@example.com"),
        ("o'dana+x/y@example.com", "o'dana+x/y@example.com"),
        ("dana|bea@example.com", "dana|bea@example.com"),
    ],
)
def test_rare_but_valid_addresses_are_kept(cell: str, address: str) -> None:
    assert emails(cell).address.to_pylist() == [address]


@pytest.mark.parametrize(
    ("address", "match_key"),
    [
        ("d.a.n.a@gmail.com", "dana@gmail.com"),
        ("dana+offers@gmail.com", "dana@gmail.com"),
        ("da.na+a+b@googlemail.com", "dana@gmail.com"),
        ("dana@me.com", "dana@icloud.com"),
        ("dana+x@mac.com", "dana@icloud.com"),
        ("da.na@icloud.com", "da.na@icloud.com"),
        ("d.a-n_a+x@pm.me", "dana@proton.me"),
        ("dana+x@outlook.com", "dana@outlook.com"),
        ("dana@hotmail.com", "dana@hotmail.com"),
        ("base-offers@yahoo.com", "base@yahoo.com"),
        ("base+offers@yahoo.com", "base+offers@yahoo.com"),
        ("dana+x@fastmail.com", "dana@fastmail.com"),
        ("offers@dana.fastmail.com", "dana@fastmail.com"),
        ("+x@gmail.com", "+x@gmail.com"),
        ("dana+x@example.com", "dana+x@example.com"),
        ("d.ana@example.com", "d.ana@example.com"),
    ],
)
def test_aliases_of_one_mailbox_share_a_match_key(address: str, match_key: str) -> None:
    read = emails(address)
    assert read.address.to_pylist() == [address]
    assert read.match_key.to_pylist() == [match_key]


@pytest.mark.parametrize(
    ("address", "suggestion"),
    [
        ("dana@gmial.com", "dana@gmail.com"),
        ("dana@gamil.com", "dana@gmail.com"),
        ("dana@gmai.com", "dana@gmail.com"),
        ("dana@gmaill.com", "dana@gmail.com"),
        ("dana@gnail.com", "dana@gmail.com"),
        ("dana@gmail.con", "dana@gmail.com"),
        ("dana@gmail.co", "dana@gmail.com"),
        ("dana@gmial.con", "dana@gmail.com"),
        ("dana@hotnail.com", "dana@hotmail.com"),
        ("dana@hotmial.com", "dana@hotmail.com"),
        ("dana@yaho.com", "dana@yahoo.com"),
        ("dana@yahooo.com", "dana@yahoo.com"),
        ("dana@outlok.com", "dana@outlook.com"),
        ("dana@comcsat.net", "dana@comcast.net"),
        ("dana@comcast.met", "dana@comcast.net"),
        ("dana@sbcglobal.ent", "dana@sbcglobal.net"),
        ("dana@live.cm", "dana@live.com"),
        ("dana@live.con", "dana@live.com"),
        ("dana@aol.cm", "dana@aol.com"),
        ("dana@msn.cmo", "dana@msn.com"),
        ("dana@att.met", "dana@att.net"),
        ("dana@gmail.com.com", "dana@gmail.com"),
        ("dana@gmial.com.com", "dana@gmail.com"),
        ("dana@example.com.com", "dana@example.com"),
        ("dana@comcast.net.net", "dana@comcast.net"),
        ("dana@comcast.net.com", "dana@comcast.net"),
        ("dana@gmail.com.con", "dana@gmail.com"),
        ("dana@example.con", "dana@example.com"),
    ],
)
def test_a_mistyped_domain_is_suspected_but_never_changed(address: str, suggestion: str) -> None:
    read = emails(address)
    assert read.address.to_pylist() == [address]
    assert read.match_key.to_pylist() == [address]
    assert read.problems.to_pylist() == ["suspicious_domain"]
    assert read.suggestion.to_pylist() == [suggestion]


@pytest.mark.parametrize(
    "domain",
    [
        "gmail.com", "googlemail.com", "ymail.com", "mail.com", "email.com", "gmx.com", "aol.com",
        "yahoo.co.uk", "outlook.fr", "hotmail.it", "live.com", "me.com", "example.co",
        "five.com", "olive.com", "aol.de", "att.com", "example.com.co", "gmail.com.example.net",
    ],
)  # fmt: skip
def test_a_known_domain_is_not_suspected(domain: str) -> None:
    assert emails(f"dana@{domain}").problems.to_pylist() == [None]


def test_role_and_disposable_addresses_are_tagged() -> None:
    read = emails("info@example.com", "Sales@example.com", "dana@example.com", "infos@example.com")
    assert read.is_role.to_pylist() == [True, True, False, False]
    read = emails("x@mailinator.com", "x@any.mailinator.com", "x@example.com")
    assert read.is_disposable.to_pylist() == [True, True, False]


def test_empty_and_blank_cells_give_nothing_and_no_problem() -> None:
    read = emails(None, "", "  ", "\u00a0", "''")
    assert read.address.to_pylist() == [None] * 5
    assert read.problems.to_pylist() == [None] * 5


def test_a_column_of_no_rows_has_the_same_types() -> None:
    empty, one = emails(), emails("dana@example.com")
    for name in Emails.__dataclass_fields__:
        assert len(getattr(empty, name)) == 0
        assert getattr(empty, name).type == getattr(one, name).type


plain_addresses = st.builds(
    lambda local, domain: f"{local}@{domain}",
    st.text("abcXYZ019._+-'/!#", min_size=1, max_size=12),
    st.lists(st.text("abcXYZ019-", min_size=1, max_size=8), min_size=1, max_size=4).map(".".join)
    | st.sampled_from(["example.com", "a.test", "b.local", "gmail.com", "x.onion", "xn--a.com"]),
)
jumble = st.text("ab1.@-+_'/|\u00fc\u0130\u0301\u200d \u3002\uff0e", max_size=20)
# Around an address these are taken off, so what is inside is what counts.
not_around = st.text().filter(lambda text: not text or text == text.strip(" \t\r\n\"'"))


@settings(max_examples=200, deadline=None)
@given(st.lists(plain_addresses | jumble | st.emails() | not_around, max_size=30))
def test_an_address_is_valid_exactly_if_the_library_says_so(cells: list[str]) -> None:
    cells = [cell.strip(" \t\r\n\"'") for cell in cells]
    read = emails(*cells)
    for cell, address, problem in zip(
        cells, read.address.to_pylist(), read.problems.to_pylist(), strict=True
    ):
        expected = by_library(cell)
        if expected or not any(mark in cell for mark in " .,:;!?|/\"'()<>[]"):
            assert address == expected
        assert (address is None and problem is None) == (not cell.strip().strip("\"' "))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.emails() | plain_addresses | jumble, max_size=20))
def test_reading_a_result_again_changes_nothing(cells: list[str]) -> None:
    once = emails(*cells)
    assert normalize_emails(once.address).address.equals(once.address)
    keyed_twice = normalize_emails(once.match_key).match_key
    assert keyed_twice.equals(once.match_key)
