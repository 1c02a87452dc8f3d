"""A line: what one member has waiting, in the order in which they asked."""

from collections import deque
from collections.abc import Callable, Iterator
from itertools import count
from typing import TypeAlias

from bot.engine.seats import Seat

Sort: TypeAlias = tuple[str, bool]
"""Jobs of one sort (a room's, clips or not) are held back together, so that only the first of each needs a look."""

_numbers = count()


class Line:
    """Seats that wait; the first that may be taken is found without looking at all that are held back."""

    def __init__(self) -> None:
        self._sorts: dict[Sort, deque[tuple[int, Seat]]] = {}

    def __len__(self) -> int:
        return sum(len(sort) for sort in self._sorts.values())

    def __iter__(self) -> Iterator[Seat]:
        """The first that asked comes first."""
        return (seat for _, seat in sorted((each for sort in self._sorts.values() for each in sort), key=_number))

    def copy(self) -> "Line":
        """The same, to be emptied apart from this one."""
        twin = Line()
        twin._sorts = {sort: deque(waiting) for sort, waiting in self._sorts.items()}
        return twin

    def add(self, seat: Seat) -> None:
        """At its end; once."""
        waiting = self._sorts.setdefault(_sort(seat), deque())
        if all(other.job != seat.job for _, other in waiting):
            waiting.append((next(_numbers), seat))

    def remove(self, job: str) -> bool:
        """Whether it waited."""
        for sort, waiting in self._sorts.items():
            for each in waiting:
                if each[1].job == job:
                    waiting.remove(each)
                    self._drop_empty(sort)
                    return True
        return False

    def pop(self, seat: Seat) -> None:
        """Take away the first of its sort."""
        sort = _sort(seat)
        self._sorts[sort].popleft()
        self._drop_empty(sort)

    def first(self, may_run: Callable[[Seat], bool]) -> Seat | None:
        """The first of those that may."""
        heads = [waiting[0] for waiting in self._sorts.values() if may_run(waiting[0][1])]
        return min(heads, key=_number)[1] if heads else None

    def _drop_empty(self, sort: Sort) -> None:
        if not self._sorts[sort]:
            del self._sorts[sort]


def _sort(seat: Seat) -> Sort:
    return seat.room, seat.clip


def _number(waiting: tuple[int, Seat]) -> int:
    return waiting[0]
