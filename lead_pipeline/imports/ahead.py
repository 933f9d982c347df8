"""Works ahead of who uses the work: the next item is made while the last one is in use.

Two thirds of an import's time pass in Arrow, in the socket and in the database, where Python does
not hold its lock; a thread is enough to use two processors.
"""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

T = TypeVar("T")
_END: Final = object()


def ahead(items: Iterable[T]) -> Iterator[T]:
    """The same items in the same order, each made on a thread of its own, at most one ahead.

    What making an item raises is raised here, in its turn. A caller that stops early waits for the
    item under way, and no other is begun.
    """
    iterator = iter(items)
    with ThreadPoolExecutor(1) as thread:
        coming = thread.submit(next, iterator, _END)
        while (item := coming.result()) is not _END:
            coming = thread.submit(next, iterator, _END)
            yield item  # type: ignore[misc]
