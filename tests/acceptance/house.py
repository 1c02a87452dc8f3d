"""A bot as its operator has it: a folder, settings, and processes of `python -m bot`."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
TIME_S = 60.0  # for one process; each of them takes a few seconds
KEPT = frozenset({"PATH", "LANG"})  # of the caller's environment: never a setting


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """One folder with everything of one bot in it."""

    folder: Path
    root: Path = ROOT  # the checkout whose code runs
    settings: Mapping[str, str] = field(default_factory=lambda: {"SIMULATOR_SPEED": "50"})

    def environment(self) -> dict[str, str]:
        """No setting but this house's."""
        kept = {name: value for name, value in os.environ.items() if name in KEPT}
        return {**kept, "HOME": str(self.folder), "PYTHONPATH": str(self.root), "TERM": "xterm", **self.settings}

    def start(self, *arguments: str, **options: Any) -> "subprocess.Popen[str]":
        """A process of `python -m bot`, talked to by pipes unless said otherwise."""
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        command = [sys.executable, "-m", "bot", *arguments]
        return subprocess.Popen(
            command,
            cwd=self.folder,
            env=self.environment(),
            encoding="utf-8",
            errors="surrogateescape",  # so that a test can say what is no text
            **{**pipes, **options},
        )

    def bot(self, *arguments: str, said: str = "") -> "subprocess.CompletedProcess[str]":
        """A process of `python -m bot` from its start to its end."""
        with self.start(*arguments) as process:
            try:
                out, err = process.communicate(said, timeout=TIME_S)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def replies(self, *lines: str, options: tuple[str, ...] = ()) -> list[dict[str, Any]]:
        """What `run --json` answers these lines."""
        ended = self.bot("run", "--json", *options, said="".join(f"{line}\n" for line in lines))
        assert (ended.returncode, traceback_in(ended.stderr)) == (0, False), ended.stderr
        return [json.loads(line) for line in ended.stdout.splitlines()]

    def asked(self, *arguments: str) -> list[dict[str, Any]]:
        """What an operator's command prints with `--json`."""
        ended = self.bot(*arguments, "--json")
        assert ended.returncode == 0, ended.stderr
        return [json.loads(line) for line in ended.stdout.splitlines()]


def traceback_in(text: str) -> bool:
    """Whether somebody was shown a traceback."""
    return "Traceback" in text
