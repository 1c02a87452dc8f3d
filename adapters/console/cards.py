"""One reply as the console shows it: rendered texts and saved files, as plain lines or as JSON."""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from adapters.console.results import Saved
from bot.requests import Json

PASSING = frozenset({"queued", "busy"})  # what comes from a pipe can't be cancelled by typing


@dataclass(frozen=True, slots=True, kw_only=True)
class Tap:
    """A button, as a console has it: something to type."""

    action: str
    subject: str  # a job's or a question's id
    label: str  # as other platforms write it on the button: Again · 5

    @property
    def command(self) -> str:
        """What to type: again K7Q2."""
        return f"{self.action} {self.subject}"

    @property
    def meaning(self) -> str:
        """What it costs, as the label says after its first words: `5`, `free`; "" when it says nothing. A provider's
        own button says first what it does.
        """
        if self.action == "press":
            return self.label
        return re.split(r" · |, |，", self.label)[-1] if re.search(r" · |, |，", self.label) else ""

    @property
    def words(self) -> str:
        """What to type and what it costs: again K7Q2 · 5."""
        return f"{self.command} · {self.meaning}" if self.meaning else self.command


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One reply, rendered."""

    kind: str  # the reply's: message, queued, done, failed, error, …
    lines: tuple[str, ...]
    prose: str = ""  # what a model wrote, in Markdown; it stands before the last line
    job: str | None = None
    files: tuple[Saved, ...] = ()
    notes: tuple[str, ...] = ()  # what went wrong when saving, per file that it went wrong with
    taps: tuple[Tap, ...] = ()
    facts: Mapping[str, object] = field(default_factory=dict)  # the reply's figures
    line: int | None = None  # the input line it answers; None for what came by itself


def as_text(card: Card, *, hint: str) -> str:
    """Plain lines; `hint` introduces what may be typed next."""
    return "".join(f"{safe(line)}\n" for line in _lines(card, hint=hint))


def _lines(card: Card, *, hint: str) -> Iterator[str]:
    yield from card.lines[:-1]
    yield from card.prose.splitlines()
    yield from card.lines[-1:]
    for file in card.files:
        yield f"  {file_words(file)}"
    for note in card.notes:
        yield f"  {note}"
    if card.taps and card.kind not in PASSING:
        yield f"  {hint} {', '.join(tap.words for tap in card.taps)}"


def file_words(file: Saved) -> str:
    """A file with what was measured: results/K7Q2.png  image/png  1376×768  340 kB."""
    facts = file.facts
    measures = (
        facts.mime,
        f"{facts.width}×{facts.height}" if facts.width and facts.height else "",
        f"{facts.duration_s:.1f} s" if facts.duration_s is not None else "",
        _size(facts.size_bytes),
    )
    return "  ".join((str(file.path), *filter(None, measures)))


def as_json(card: Card) -> str:
    """One JSON object on a line: kind, text, job, files, buttons, then the reply's own figures."""
    fixed: dict[str, Json] = {
        "kind": card.kind,
        "text": "\n".join((*card.lines[:-1], *filter(None, [card.prose]), *card.lines[-1:])),
        "job": card.job,
        "files": [_file(file) for file in card.files],
        "buttons": [{"command": tap.command, "label": tap.label} for tap in card.taps],
        "line": card.line,
    }
    if card.notes:
        fixed["notes"] = list(card.notes)
    if card.prose:
        fixed["prose"] = card.prose
    own = {name: value for name, value in card.facts.items() if name not in fixed}
    return json.dumps(fixed | own, ensure_ascii=False, default=str) + "\n"


def _file(file: Saved) -> dict[str, Json]:
    return {
        "path": str(file.path),
        "mime": file.facts.mime,
        "width": file.facts.width,
        "height": file.facts.height,
        "duration_s": file.facts.duration_s,
        "size_bytes": file.facts.size_bytes,
    }


def _size(size_bytes: int) -> str:
    if size_bytes < 1_000_000:
        return f"{max(1, round(size_bytes / 1000))} kB"
    return f"{size_bytes / 1_000_000:.1f} MB"


def safe(line: str) -> str:
    """Nothing in it moves a terminal's cursor or changes its colours: words come from members and providers."""
    return "".join("\N{REPLACEMENT CHARACTER}" if unicodedata.category(c) == "Cc" and c != "\n" else c for c in line)
