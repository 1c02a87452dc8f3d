"""The fair queue: members in turn, none above their share, and places that come true."""

from collections import Counter
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from bot.engine.queue import FairQueue
from bot.engine.seats import Caps, Seat
from bot.requests import AccountId
from tests.factories import ANNA, BEN

CARA = AccountId("acc_cara")
MANY = 1000  # more than any test lets run
HERE, THERE = "pool:here", "pool:there"


def seat(job: str, member: AccountId, *, room: str = HERE, clip: bool = False) -> Seat:
    return Seat(job=job, member=member, room=room, clip=clip)


def filled(waiting: Sequence[tuple[str, AccountId]], *, member_running: int = MANY) -> FairQueue:
    queue = FairQueue(member_running=member_running)
    for job, account in waiting:
        queue.add(seat(job, account))
    return queue


def drained(queue: FairQueue) -> list[str]:
    """Everything that may be taken, in order."""
    taken = []
    while (next_one := queue.take()) is not None:
        taken.append(next_one.job)
    return taken


ROUND = [("a1", ANNA), ("a2", ANNA), ("a3", ANNA), ("b1", BEN), ("b2", BEN), ("c1", CARA)]


def test_members_are_served_in_turn() -> None:
    assert drained(filled(ROUND)) == ["a1", "b1", "c1", "a2", "b2", "a3"]


def test_take_names_the_member() -> None:
    queue = filled([("a1", ANNA)])
    assert [queue.take(), queue.take()] == [seat("a1", ANNA), None]


def test_a_late_comer_waits_for_one_turn_of_the_others_only() -> None:
    queue = filled([(f"a{n}", ANNA) for n in range(100)])
    assert queue.take() == seat("a0", ANNA)
    queue.add(seat("b1", BEN))
    assert [queue.place("b1"), queue.place("a1"), queue.place("a99")] == [2, 1, 100]


def test_a_member_runs_no_more_than_allowed() -> None:
    queue = filled(ROUND, member_running=2)
    assert drained(queue) == ["a1", "b1", "c1", "a2", "b2"]
    queue.done("b1")
    assert queue.take() is None
    queue.done("a1")
    assert [queue.take(), queue.take()] == [seat("a3", ANNA), None]


def test_a_place_counts_those_who_may_run() -> None:
    queue = filled([("a1", ANNA), ("a2", ANNA), ("b1", BEN), ("b2", BEN), ("c1", CARA)], member_running=1)
    queue.began(seat("a0", ANNA))
    assert [queue.place(job) for job in ("b1", "c1")] == [1, 2]  # Anna's own runs: she is passed over
    assert [queue.held_back(job) for job in ("a1", "a2", "b1", "b2", "c1", "unknown")] == [1, 2, 0, 1, 0, 0]
    assert drained(queue) == ["b1", "c1"]


def test_a_member_who_runs_as_many_as_they_may_would_wait() -> None:
    queue = filled([("a1", ANNA)], member_running=2)
    more, other = seat("a2", ANNA), seat("b1", BEN)
    assert [queue.would_wait(more), queue.would_wait(other)] == [0, 0]
    queue.began(seat("a0", ANNA))
    assert queue.would_wait(more) == 1  # a1 takes what is left
    queue.remove("a1")
    assert queue.would_wait(more) == 0
    queue.began(seat("a3", ANNA))
    assert queue.would_wait(more) == 1


def test_a_job_found_running_at_start_counts() -> None:
    queue = filled(ROUND, member_running=1)
    queue.began(seat("a0", ANNA))
    assert drained(queue) == ["b1", "c1"]
    queue.done("a0")
    assert drained(queue) == ["a1"]


def test_done_more_often_than_begun_gives_no_credit() -> None:
    queue = filled([("a1", ANNA), ("a2", ANNA)], member_running=1)
    queue.done("a1")
    assert drained(queue) == ["a1"]
    for _ in range(2):
        queue.done("a1")
    assert drained(queue) == ["a2"]


# --- what a community's owner allows at once ---------------------------------------------------------------------


def capped(*waiting: Seat, **caps: int) -> FairQueue:
    """A queue in which these hold here, and nothing there."""
    queue = FairQueue(member_running=MANY)
    queue.heed(HERE, Caps(**caps))
    for each in waiting:
        queue.add(each)
    return queue


def test_a_member_runs_as_many_as_the_community_allows_and_others_pass_by() -> None:
    queue = capped(*(seat(f"a{n}", ANNA) for n in range(4)), seat("b0", BEN), member=2)
    assert [queue.place(job) for job in ("a0", "b0", "a1", "a2", "a3")] == [1, 2, 3, 4, 5]
    assert [queue.held_back(job) for job in ("a0", "b0", "a1", "a2", "a3")] == [0, 0, 0, 1, 2]
    assert drained(queue) == ["a0", "b0", "a1"]
    queue.done("b0")
    assert drained(queue) == []
    queue.done("a1")
    assert drained(queue) == ["a2"]


def test_a_picture_passes_a_clip_that_is_held_back() -> None:
    clips = [seat(f"clip{n}", ANNA, clip=True) for n in range(2)]
    queue = capped(*clips, seat("picture", ANNA), member=2, clips=1)
    assert [queue.place(job) for job in ("clip0", "picture", "clip1")] == [1, 2, 3]
    assert [queue.held_back(job) for job in ("clip0", "picture", "clip1")] == [0, 1, 1]
    assert drained(queue) == ["clip0", "picture"]
    queue.done("picture")
    assert (drained(queue), queue.held_back("clip1")) == ([], 1)
    queue.done("clip0")
    assert drained(queue) == ["clip1"]


def test_a_community_runs_as_many_as_it_may_and_another_passes_by() -> None:
    members = [ANNA, BEN, CARA]
    queue = capped(*(seat(f"{who}{n}", who) for n in range(2) for who in members), everybody=2)
    queue.add(seat("there", AccountId("acc_dora"), room=THERE))
    assert drained(queue) == [f"{ANNA}0", f"{BEN}0", "there"]
    waiting = [f"{CARA}0", f"{ANNA}1", f"{BEN}1", f"{CARA}1"]
    assert [queue.standing(job) for job in (*waiting, "unknown")] == [(1, 1), (2, 2), (3, 3), (4, 4), None]
    assert [queue.held_back(job) for job in waiting] == [0, 0, 0, 0]
    queue.done(f"{ANNA}0")
    assert drained(queue) == [f"{CARA}0"]


def test_who_waits_here_goes_on_there() -> None:
    queue = capped(seat("a0", ANNA), seat("a1", ANNA), seat("a2", ANNA, room=THERE), member=1)
    assert [queue.place(job) for job in ("a0", "a2", "a1")] == [1, 2, 3]
    assert drained(queue) == ["a0", "a2"]


def test_other_caps_hold_from_now_on() -> None:
    queue = capped(*(seat(f"a{n}", ANNA) for n in range(4)), member=1)
    assert drained(queue) == ["a0"]
    queue.heed(HERE, Caps(member=3))
    assert drained(queue) == ["a1", "a2"]
    queue.heed(HERE, Caps(member=1))
    queue.done("a0")
    queue.done("a1")
    assert drained(queue) == []
    queue.done("a2")
    assert drained(queue) == ["a3"]


def test_all_accounts_of_a_person_are_one_member() -> None:
    queue = capped(seat("a0", ANNA), seat("b0", BEN), seat("b1", BEN), member=2)
    assert drained(queue) == ["a0", "b0", "b1"]
    queue.add(seat("b2", BEN))
    queue.unite(ANNA, [ANNA, BEN])
    queue.add(seat("b3", BEN))  # it was asked for before they were joined
    assert [queue.waiting(ANNA), queue.waiting(BEN), queue.waiting(ANNA, BEN), queue.waiting(ANNA, CARA)] == [2] * 4
    assert (queue.held_back("b2"), drained(queue)) == (2, [])
    for job in ("a0", "b0"):
        queue.done(job)
    assert drained(queue) == ["b2"]
    queue.unite(CARA, [CARA, ANNA, BEN])
    queue.done("b1")
    assert [queue.take(), queue.take()] == [seat("b3", CARA), None]


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
            queue.add(seat(known[-1], AccountId(str(subject))))
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
            queue.add(seat(f"j{n}", AccountId(str(subject))))
        elif verb == "take" and (taken := queue.take()) is not None:
            running[taken.member] += 1
        elif verb == "remove":
            queue.remove(f"j{subject}")
        assert max(running.values()) <= member_running
    while (taken := queue.take()) is not None:
        running[taken.member] += 1
    held_back = {who for who in MEMBERS if queue.waiting(who)}
    assert held_back == {who for who in held_back if running[who] == member_running}


CAPS = st.builds(
    Caps,
    member=st.none() | st.integers(1, 3),
    clips=st.none() | st.integers(1, 2),
    everybody=st.none() | st.integers(1, 4),
)
SEATS = st.lists(st.tuples(st.sampled_from(MEMBERS), st.sampled_from([HERE, THERE]), st.booleans()), max_size=25)


@given(SEATS, CAPS, CAPS, st.integers(1, 3))
def test_nothing_runs_above_a_cap_and_places_come_true_when_rounds_end(
    wanted: list[tuple[AccountId, str, bool]], here: Caps, there: Caps, member_running: int
) -> None:
    queue = FairQueue(member_running=member_running)
    queue.heed(HERE, here)
    queue.heed(THERE, there)
    for n, (who, room, clip) in enumerate(wanted):
        queue.add(seat(f"j{n}", who, room=room, clip=clip))
    places = {f"j{n}": queue.place(f"j{n}") for n in range(len(wanted))}
    order: list[str] = []
    while len(queue):
        running: list[Seat] = []
        while (taken := queue.take()) is not None:
            running.append(taken)
        assert running  # nobody waits for ever
        for room, caps in ((HERE, here), (THERE, there)):
            inside = [one for one in running if one.room == room]
            by_member = [[one for one in inside if one.member == who] for who in MEMBERS]
            assert len(inside) <= (caps.everybody or MANY)
            assert all(len(theirs) <= (caps.member or MANY) for theirs in by_member)
            assert all(sum(one.clip for one in theirs) <= (caps.clips or MANY) for theirs in by_member)
        assert max(Counter(one.member for one in running).values()) <= member_running
        order += [one.job for one in running]
        for one in running:
            queue.done(one.job)
    assert {job: n for n, job in enumerate(order, start=1)} == places
