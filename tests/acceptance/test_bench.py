"""The measurement of speed, small and with a generous limit: that it measures, not how fast this machine is."""

from pathlib import Path

import pytest

from tests.bench import acknowledgement, figures

ASKED, JOBS = 12, 10


def heard(*waits_s: float, asked: int = 4) -> figures.Run:
    seen = figures.Heard(platform="telegram", asked=asked, waits_s=waits_s, late_s=0.001, cpu_s=0.1)
    return figures.Run(heard=seen, seconds=2.0, in_flight=(1000, 1002), bot_cpu_s=1.0)


async def test_commands_are_answered_while_jobs_are_in_flight(tmp_path: Path) -> None:
    platforms = ("telegram", "discord")
    chosen = acknowledgement.Chosen(platforms=platforms, rate=6.0, seconds=2.0, jobs=JOBS, most_s=5.0)
    runs = await acknowledgement.measured(chosen, tmp_path)
    assert [(run.heard.platform, run.heard.asked, len(run.heard.waits_s)) for run in runs] == [
        ("telegram", ASKED, ASKED),
        ("discord", ASKED, ASKED),
    ]
    for run in runs:
        assert run.passes(most_s=chosen.most_s), figures.table(runs)
        assert not run.passes(most_s=0.0)
        assert run.in_flight[0] >= JOBS
        assert 0 < run.bot_cpu_s < run.seconds * 2


def test_a_run_is_judged_by_its_slowest_and_by_what_is_lost() -> None:
    assert heard(0.1, 0.1, 0.1, 0.4).passes(most_s=0.5)
    assert not heard(0.1, 0.1, 0.1, 0.6).passes(most_s=0.5)
    assert not heard(0.1, 0.1, 0.1).passes(most_s=0.5)
    assert not heard().passes(most_s=0.5)


def test_the_table_has_a_row_for_each_run() -> None:
    head, row = figures.table([heard(0.1, 0.2, 0.3, 0.4)]).splitlines()
    assert head.split() == " ".join(figures.HEAD).split()
    assert " ".join(row.split()) == "telegram 4 4 300 ms 400 ms 400 ms 400 ms 1 ms 1000–1002 50% 5%"


@pytest.mark.parametrize(
    ("chosen", "platforms"),
    [
        ("both", [("telegram",), ("discord",)]),
        ("together", [("telegram", "discord")]),
        ("discord", [("discord",)]),
    ],
)
def test_platforms_are_measured_one_by_one_or_together(chosen: str, platforms: list[tuple[str, ...]]) -> None:
    runs = acknowledgement.given(["--platform", chosen, "--rate", "7"])
    assert [(run.platforms, run.rate, run.seconds, run.jobs) for run in runs] == [
        (each, 7.0, 30.0, 1000) for each in platforms
    ]
