"""Figures: what a run showed, as numbers and as a line of a table."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HEAD = ("platform", "asked", "answered", "p50", "p95", "p99", "max", "late", "in flight", "bot CPU", "server CPU")


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What a played platform saw of one run."""

    platform: str
    asked: int
    waits_s: tuple[float, ...]  # of each command that was answered: from its handing over to its first answer
    late_s: float  # the longest that the platform itself was behind with saying a command
    cpu_s: float  # what the platform's process used

    @classmethod
    def read(cls, said: dict[str, Any]) -> "Heard":
        """From a line of the process."""
        return cls(**{**said, "waits_s": tuple(said["waits_s"])})


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One platform's part of one run."""

    heard: Heard
    seconds: float  # the run took, until the last answer
    in_flight: tuple[int, int]  # jobs at work, fewest and most
    bot_cpu_s: float  # over all platforms of the run

    @property
    def lost(self) -> int:
        """Commands that nobody answered."""
        return self.heard.asked - len(self.heard.waits_s)

    def passes(self, *, most_s: float) -> bool:
        """Whether everything was answered, 99 of 100 in less than this."""
        return self.lost == 0 and share(self.heard.waits_s, 0.99) < most_s

    def cells(self) -> tuple[str, ...]:
        """A row under HEAD."""
        heard = self.heard
        waits = (share(heard.waits_s, each) for each in (0.5, 0.95, 0.99, 1.0))
        return (
            heard.platform,
            str(heard.asked),
            str(len(heard.waits_s)),
            *(f"{wait * 1000:.0f} ms" for wait in waits),
            f"{heard.late_s * 1000:.0f} ms",
            f"{self.in_flight[0]}–{self.in_flight[1]}",
            f"{self.bot_cpu_s / self.seconds:.0%}",
            f"{heard.cpu_s / self.seconds:.0%}",
        )


def share(waits: Sequence[float], part: float) -> float:
    """The wait that this part of all is not above; infinite where there is none."""
    ordered = sorted(waits)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))] if ordered else float("inf")


def cpu_s(pid: int) -> float:
    """Processor time of a process so far (Linux, proc(5): fields 14 and 15 of stat, counted after the name)."""
    after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")


def table(runs: Sequence[Run]) -> str:
    """All runs, in columns."""
    rows = [HEAD, *(run.cells() for run in runs)]
    widths = [max(len(row[index]) for row in rows) for index in range(len(HEAD))]
    return "\n".join("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
