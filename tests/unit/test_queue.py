"""The fair queue: members in turn, none above their share, and places that come true."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from bot.engine.queue import FairQueue
from bot.requests import AccountId
from tests.factories import ANNA, BEN

CARA = AccountId("acc_cara")
MANY = 1000  # more than any test lets run


def filled(waiting: Sequence[tuple[str, AccountId]], *, member_running: int = MANY) -> FairQueue:
    queue = FairQueue(member_running=member_running)
    for job, account in waiting:
        queue.add(job, account)
    return queue


def drained(queue: FairQueue) -> list[str]:
    """Everything that may be taken, in order."""
    taken = []
    while (next_one := queue.take()) is not None:
        taken.append(next_one[0])
    return taken


ROUND = [("a1", ANNA), ("a2", ANNA), ("a3", ANNA), ("b1", BEN), ("b2", BEN), ("c1", CARA)]


def test_members_are_served_in_turn() -> None:
    assert drained(filled(ROUND)) == ["a1", "b1", "c1", "a2", "b2", "a3"]


def test_take_names_the_member() -> None:
    queue = filled([("a1", ANNA)])
    assert [queue.take(), queue.take()] == [("a1", ANNA), None]


def test_a_late_comer_waits_for_one_turn_of_the_others_only() -> None:
    queue = filled([(f"a{n}", ANNA) for n in range(100)])
    assert queue.take() == ("a0", ANNA)
    queue.add("b1", BEN)
    assert [queue.place("b1"), queue.place("a1"), queue.place("a99")] == [2, 1, 100]


def test_a_member_runs_no_more_than_allowed() -> None:
    queue = filled(ROUND, member_running=2)
    assert drained(queue) == ["a1", "b1", "c1", "a2", "b2"]
    queue.done(BEN)
    assert queue.take() is None
    queue.done(ANNA)
    assert [queue.take(), queue.take()] == [("a3", ANNA), None]


def test_a_place_counts_those_who_may_run() -> None:
    queue = filled([("a1", ANNA), ("a2", ANNA), ("b1", BEN), ("b2", BEN), ("c1", CARA)], member_running=1)
    queue.began(ANNA)
    assert [queue.place(job) for job in ("b1", "c1")] == [1, 2]  # Anna's own runs: she is passed over
    assert [queue.held_back(job) for job in ("a1", "a2", "b1", "b2", "c1", "unknown")] == [1, 2, 0, 1, 0, 0]
    assert drained(queue) == ["b1", "c1"]


def test_a_member_who_runs_as_many_as_they_may_is_full() -> None:
    queue = filled([("a1", ANNA)], member_running=2)
    assert [queue.full(ANNA), queue.full(BEN)] == [False, False]
    queue.began(ANNA)
    assert queue.full(ANNA)  # a1 takes what is left
    queue.remove("a1")
    assert not queue.full(ANNA)
    queue.began(ANNA)
    assert queue.full(ANNA)


def test_a_job_found_running_at_start_counts() -> None:
    queue = filled(ROUND, member_running=1)
    queue.began(ANNA)
    assert drained(queue) == ["b1", "c1"]
    queue.done(ANNA)
    assert drained(queue) == ["a1"]


def test_done_more_often_than_begun_gives_no_credit() -> None:
    queue = filled([("a1", ANNA), ("a2", ANNA)], member_running=1)
    queue.done(ANNA)
    assert drained(queue) == ["a1"]


def test_the_same_job_twice_waits_once() -> None:
    queue = filled([*ROUND, *ROUND])
    assert (len(queue), drained(queue)) == (6, ["a1", "b1", "c1", "a2", "b2", "a3"])


def test_a_removed_job_leaves_the_others_where_they_were() -> None:
    queue = filled(ROUND)
    for job in ("a2", "c1", "unknown"):
        queue.remove(job)
    assert [queue.place(job) for job in ("a1", "b1", "a3", "b2", "a2", "c1")] == [1, 2, 3, 4, None, None]
    assert drained(queue) == ["a1", "b1", "a3", "b2"]


def test_counts() -> None:
    queue = filled(ROUND)
    queue.take()
    assert [len(queue), *(queue.waiting(who) for who in (ANNA, BEN, CARA, AccountId("nobody")))] == [5, 2, 2, 1, 0]
    drained(queue)
    assert [len(queue), queue.waiting(ANNA), queue.place("a1")] == [0, 0, None]


MEMBERS = [ANNA, BEN, CARA, AccountId("acc_dora")]
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.sampled_from(MEMBERS)),
        st.tuples(st.just("take"), st.none()),
        st.tuples(st.just("remove"), st.integers(0, 40)),
    ),
    max_size=40,
)


@given(STEPS)
def test_places_are_the_order_in_which_jobs_are_taken(steps: list[tuple[str, AccountId | int | None]]) -> None:
    queue = FairQueue(member_running=MANY)
    known: list[str] = []
    for verb, subject in steps:
        if verb == "add":
            known.append(f"j{len(known)}")
            queue.add(known[-1], AccountId(str(subject)))
        elif verb == "take":
            queue.take()
        else:
            queue.remove(f"j{subject}")
    places = {job: place for job in known if (place := queue.place(job)) is not None}
    assert len(places) == len(queue)
    assert {job: n for n, job in enumerate(drained(queue), start=1)} == places


@given(STEPS, st.integers(1, 3))
def test_nobody_is_above_their_share_and_nobody_starves(
    steps: list[tuple[str, AccountId | int | None]], member_running: int
) -> None:
    queue = FairQueue(member_running=member_running)
    running = dict.fromkeys(MEMBERS, 0)
    for n, (verb, subject) in enumerate(steps):
        if verb == "add":
            queue.add(f"j{n}", AccountId(str(subject)))
        elif verb == "take" and (taken := queue.take()) is not None:
            running[taken[1]] += 1
        elif verb == "remove":
            queue.remove(f"j{subject}")
        assert max(running.values()) <= member_running
    while (taken := queue.take()) is not None:
        running[taken[1]] += 1
    held_back = {who for who in MEMBERS if queue.waiting(who)}
    assert held_back == {who for who in held_back if running[who] == member_running}
