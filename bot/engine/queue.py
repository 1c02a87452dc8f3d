"""The fair queue: members are served in turn, so that nobody floods it."""

from collections import OrderedDict, deque

from bot.requests import AccountId


class FairQueue:
    """Waiting jobs by member; the member served last goes to the end of the line."""

    def __init__(self, *, member_running: int) -> None:
        self._member_running = member_running
        self._lines: OrderedDict[AccountId, deque[str]] = OrderedDict()
        self._running: dict[AccountId, int] = {}

    def __len__(self) -> int:
        return sum(len(line) for line in self._lines.values())

    def add(self, job: str, account: AccountId) -> None:
        """At the end of the member's own line; once."""
        line = self._lines.setdefault(account, deque())
        if job not in line:
            line.append(job)

    def remove(self, job: str) -> None:
        """It was cancelled."""
        for account, line in list(self._lines.items()):
            if job in line:
                line.remove(job)
                self._drop_empty(account)

    def take(self) -> tuple[str, AccountId] | None:
        """The next job whose member may run one more; None when nobody may. Count it back with `done`."""
        for account, line in self._lines.items():
            if self._free(account):
                job = line.popleft()
                self._lines.move_to_end(account)
                self._drop_empty(account)
                self.began(account)
                return job, account
        return None

    def began(self, account: AccountId) -> None:
        """A job of this member runs (taken, or found running at start)."""
        self._running[account] = self._running.get(account, 0) + 1

    def done(self, account: AccountId) -> None:
        """A job of this member no longer runs."""
        left = self._running.get(account, 0) - 1
        if left > 0:
            self._running[account] = left
        else:
            self._running.pop(account, None)

    def waiting(self, account: AccountId) -> int:
        """How many jobs of this member wait."""
        return len(self._lines.get(account, ()))

    def full(self, account: AccountId) -> bool:
        """Whether this member runs as many as they may, those included that are about to be taken."""
        return self._free(account) <= self.waiting(account)

    def place(self, job: str) -> int | None:
        """1 for the next one; None when it does not wait. Members in turn: round k serves everyone's k-th.

        Jobs of others count as far as those may run; for `held_back` ones it is the place among all the same.
        """
        for turn, line in enumerate(self._lines.values()):
            if job in line:
                mine = line.index(job)
                ready = [min(len(other), self._free(account)) for account, other in self._lines.items()]
                before = sum(min(count, mine + 1) for count in ready[:turn])
                after = sum(min(count, mine) for count in ready[turn + 1 :])
                return before + after + mine + 1
        return None

    def held_back(self, job: str) -> int:
        """How many of its member's own jobs must end before it may be taken, because so many run already."""
        for account, line in self._lines.items():
            if job in line:
                return max(0, line.index(job) + 1 - self._free(account))
        return 0

    def _free(self, account: AccountId) -> int:
        """How many more of this member's may run."""
        return max(0, self._member_running - self._running.get(account, 0))

    def _drop_empty(self, account: AccountId) -> None:
        if not self._lines.get(account, True):
            del self._lines[account]
