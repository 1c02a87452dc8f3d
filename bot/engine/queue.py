"""The fair queue: members are served in turn, so that nobody floods it; who is held back is passed by."""

from collections import Counter, OrderedDict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from bot.engine.line import Line
from bot.engine.seats import Caps, Row, Seat
from bot.requests import AccountId

UNCAPPED: Final = Caps()


class FairQueue:
    """Waiting jobs by member; the member served last goes to the end of the line."""

    def __init__(self, *, member_running: int) -> None:
        self._member_running = member_running
        self._caps: dict[str, Caps] = {}  # by room
        self._lines: OrderedDict[AccountId, Line] = OrderedDict()
        self._running: dict[str, Seat] = {}  # by job
        self._taken: Counter[Row] = Counter()  # seats in use
        self._part_of: dict[AccountId, AccountId] = {}  # an account → the one that it became part of

    def __len__(self) -> int:
        return sum(len(line) for line in self._lines.values())

    def heed(self, room: str, caps: Caps) -> None:
        """How many of a room may run from now on; what runs already goes on."""
        self._caps[room] = caps

    def unite(self, member: AccountId, others: Collection[AccountId]) -> None:
        """These accounts are one member: their jobs wait in one line and are counted together."""
        for other in others:
            if other != member and self._part_of.get(other) != member:
                self._part_of[other] = member
                self._move_over(other, member)

    def add(self, seat: Seat) -> None:
        """At the end of the member's own line; once."""
        seat = self._as_now(seat)
        self._lines.setdefault(seat.member, Line()).add(seat)

    def remove(self, job: str) -> None:
        """It was cancelled."""
        for account, line in list(self._lines.items()):
            if line.remove(job):
                self._drop_empty(account)

    def take(self) -> Seat | None:
        """The next job that may run; None when none may. Give its seat back with `done`."""
        seat = self._next(self._lines, self._taken)
        if seat is not None:
            self._lines[seat.member].pop(seat)
            self._lines.move_to_end(seat.member)
            self._drop_empty(seat.member)
            self.began(seat)
        return seat

    def began(self, seat: Seat) -> None:
        """It runs (taken, or found running at start)."""
        seat = self._as_now(seat)
        self._running[seat.job] = seat
        self._taken.update(seat.rows())

    def done(self, job: str) -> None:
        """It no longer runs."""
        if (seat := self._running.pop(job, None)) is not None:
            self._taken.subtract(seat.rows())
            for row in seat.rows():
                if not self._taken[row]:
                    del self._taken[row]

    def waiting(self, *accounts: AccountId) -> int:
        """How many jobs of these accounts wait; what is one member is counted once."""
        members = {self._part_of.get(account, account) for account in accounts}
        return sum(len(self._lines.get(member, ())) for member in members)

    def would_wait(self, seat: Seat) -> int:
        """How many of its member's own jobs would have to end first, if it came to the end of the line now."""
        seat = self._as_now(seat)
        return self._own_before(seat, self._lines.get(seat.member, ()))

    def held_back(self, job: str) -> int:
        """How many of its member's own jobs must end before it may be taken, because so many run already."""
        before = self._before(job)
        return 0 if before is None else self._own_before(*before)

    def place(self, job: str) -> int | None:
        """1 for the next one; None when it does not wait. Members in turn: round k serves everyone's k-th.

        Whoever may not run yet comes after all who may.
        """
        standing = self.standing(job)
        return None if standing is None else standing[0]

    def standing(self, job: str) -> tuple[int, int] | None:
        """Its place, and how many jobs of its room must end first, where everybody there runs as many as they may."""
        if (before := self._before(job)) is None:
            return None
        order = list(self._order(until=job))
        cap = self._caps.get(before[0].room, UNCAPPED).everybody
        if cap is None:
            return len(order), 0
        inside = sum(seat.room == before[0].room for seat in order)
        return len(order), max(0, self._taken[before[0].rooms] + inside - cap)

    def _order(self, *, until: str) -> Iterator[Seat]:
        """The order in which those that wait are taken as things stand, up to this one.

        When nobody may run any more, all that run are taken to have ended.
        """
        lines = OrderedDict((account, line.copy()) for account, line in self._lines.items())
        taken = Counter(self._taken)
        for _ in range(2 * len(self)):
            seat = self._next(lines, taken)
            if seat is None:
                taken.clear()
                continue
            yield seat
            if seat.job == until:
                return
            lines[seat.member].pop(seat)
            lines.move_to_end(seat.member)
            taken.update(seat.rows())

    def _next(self, lines: Mapping[AccountId, Line], taken: Counter[Row]) -> Seat | None:
        """The first that may run of the first member who has one."""
        found = (line.first(lambda seat: self._may_run(seat, taken)) for line in lines.values())
        return next((seat for seat in found if seat is not None), None)

    def _may_run(self, seat: Seat, taken: Counter[Row]) -> bool:
        """Asked thousands of times for one place in a long queue: what fills up first is looked at first."""
        caps = self._caps.get(seat.room, UNCAPPED)
        return (
            (caps.everybody is None or taken[seat.rooms] < caps.everybody)
            and (caps.member is None or taken[seat.here] < caps.member)
            and taken[seat.own] < self._member_running
            and (not seat.clip or caps.clips is None or taken[seat.clips] < caps.clips)
        )

    def _before(self, job: str) -> tuple[Seat, list[Seat]] | None:
        """A job that waits, and what of its member's waits before it; None when it does not wait."""
        for line in self._lines.values():
            before: list[Seat] = []
            for seat in line:
                if seat.job == job:
                    return seat, before
                before.append(seat)
        return None

    def _own_before(self, seat: Seat, before: Iterable[Seat]) -> int:
        ahead, caps = Counter(row for other in before for row in other.rows()), self._caps.get(seat.room, UNCAPPED)
        clips = caps.clips if seat.clip else None
        theirs = ((seat.own, self._member_running), (seat.here, caps.member), (seat.clips, clips))
        return max(0, *(self._taken[row] + ahead[row] + 1 - cap for row, cap in theirs if cap is not None))

    def _as_now(self, seat: Seat) -> Seat:
        return replace(seat, member=self._part_of.get(seat.member, seat.member))

    def _move_over(self, other: AccountId, member: AccountId) -> None:
        for seat in self._lines.pop(other, Line()):
            self.add(seat)
        for seat in [seat for seat in self._running.values() if seat.member == other]:
            self.done(seat.job)
            self.began(seat)

    def _drop_empty(self, account: AccountId) -> None:
        if not self._lines.get(account, True):
            del self._lines[account]
