"""The log: append-only files that are the simulator's whole memory."""

import asyncio
import dataclasses
import datetime
import json
import os
from pathlib import Path

from bot.simulator.submits import Submit


def now() -> str:
    """The time as the log writes it."""
    return datetime.datetime.now(datetime.UTC).isoformat()


class Log:
    """submits.jsonl (what was taken) and answers.jsonl (what was answered) of one state folder."""

    def __init__(self, folder: Path) -> None:
        self._submits_path = folder / "submits.jsonl"
        self._answers_path = folder / "answers.jsonl"
        self._lock = asyncio.Lock()
        self._submits = {one.task_id: one for one in map(Submit.parse, whole_lines(self._submits_path))}
        for line in whole_lines(self._answers_path):
            self._mark(json.loads(line)["task_id"])

    def all(self) -> list[Submit]:
        """Every submission ever taken, oldest first."""
        return list(self._submits.values())

    def find(self, task_id: str) -> Submit | None:
        return self._submits.get(task_id)

    async def take(self, submit: Submit) -> Submit:
        """Give the submission its number and write it to disk; only then does it exist."""
        async with self._lock:
            numbered = dataclasses.replace(submit, number=len(self._submits) + 1)
            await asyncio.to_thread(_append, self._submits_path, numbered.line())
            self._submits[numbered.task_id] = numbered
        return numbered

    async def answered(self, task_id: str) -> None:
        """Note that the answer to this submission was written to its connection to the last byte."""
        line = json.dumps({"task_id": task_id, "at": now()})
        async with self._lock:
            await asyncio.to_thread(_append, self._answers_path, line)
            self._mark(task_id)

    def _mark(self, task_id: str) -> None:
        if task_id in self._submits:
            self._submits[task_id] = dataclasses.replace(self._submits[task_id], answered=True)


def whole_lines(path: Path) -> list[str]:
    """The whole lines of a file; a last one that was cut by a kill was never acknowledged, and doesn't count."""
    if not path.exists():
        return []
    text = path.read_text(encoding="utf-8")
    whole = text[: text.rfind("\n") + 1]
    if whole != text:
        path.write_text(whole, encoding="utf-8")
    return whole.splitlines()


def _append(path: Path, line: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(line + "\n")
        file.flush()
        os.fsync(file.fileno())
