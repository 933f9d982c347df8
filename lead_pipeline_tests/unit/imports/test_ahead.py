"""Items made one ahead of their use, on another thread."""

import threading
from collections.abc import Iterator

import pytest

from lead_pipeline.imports.ahead import ahead


class Numbers:
    """Counts up to `last`, and tells who asked for which number."""

    def __init__(self, last: int) -> None:
        self.last = last
        self.made: list[int] = []
        self.threads: set[int] = set()

    def __iter__(self) -> Iterator[int]:
        for number in range(self.last):
            self.made.append(number)
            self.threads.add(threading.get_ident())
            yield number


def test_the_items_come_in_their_order_from_one_other_thread() -> None:
    numbers = Numbers(50)
    assert list(ahead(numbers)) == list(range(50))
    assert len(numbers.threads) == 1
    assert threading.get_ident() not in numbers.threads


def test_nothing_gives_nothing() -> None:
    assert list(ahead([])) == []


def test_none_is_an_item_like_others() -> None:
    assert list(ahead([None, 0, ""])) == [None, 0, ""]


def test_one_item_is_made_while_another_is_used_and_no_more() -> None:
    numbers = Numbers(50)
    items = ahead(numbers)
    for used in range(10):
        assert next(items) == used
        assert len(numbers.made) <= used + 2


def test_trouble_comes_in_its_turn() -> None:
    def troubled() -> Iterator[int]:
        yield 1
        raise LookupError("the second one")

    items = ahead(troubled())
    assert next(items) == 1
    with pytest.raises(LookupError, match="the second one"):
        next(items)


def test_who_stops_early_leaves_no_thread_behind() -> None:
    before = threading.active_count()
    numbers = Numbers(50)
    items = ahead(numbers)
    next(items)
    items.close()  # type: ignore[attr-defined]
    assert threading.active_count() == before
    assert len(numbers.made) <= 2
