"""Requests that the providers' documents print, and those that break one rule, as lines of a preview's batch."""

import functools
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot import catalogue
from bot.catalogue import _spec
from bot.cli import _asking, _previewing

ROOT = Path(__file__).resolve().parents[2]
CONTRACTS = ROOT.parent / "shared" / "contracts"
DECISIONS = ROOT / "docs" / "decisions" / "0002-safer-readings.md"
BASE_URL = "https://provider.example"

needed = pytest.mark.skipif(not CONTRACTS.is_dir(), reason="the providers' printed requests are not here")

Line = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """One provider's lines; `flat` lays out what its bodies hold in boxes."""

    provider: str
    flat: Callable[[Mapping[str, Any]], dict[str, Any]] = dict

    def lines(self, name: str) -> list[dict[str, Any]]:
        """Of one file; none where the documents are not here."""
        if not CONTRACTS.is_dir():
            return []
        found = map(json.loads, (CONTRACTS / name).read_text("utf-8").splitlines())
        return [line for line in found if line["provider"] == self.provider]

    def requests(self) -> list[dict[str, Any]]:
        """Every whole request that is printed as one that works."""
        found = self.lines(f"{self.provider}/examples.jsonl")
        return [x for x in found if x["kind"] == "request" and x["method"] == "POST" and x["valid"]]

    def bad(self) -> list[dict[str, Any]]:
        """Every request that breaks one rule."""
        return self.lines(f"{self.provider}/bad_requests.jsonl")

    def ambiguous(self) -> dict[str, dict[str, Any]]:
        """What one page takes and another refuses, by its contradiction."""
        return {x["contradiction"]: x for x in self.lines("ambiguous_requests.jsonl")}

    def undecided(self) -> set[str]:
        """Contradictions of the documents of which no decision says how they are read."""
        known = yaml.safe_load((CONTRACTS / self.provider / "models.yaml").read_text("utf-8"))["contradictions"]
        decided = DECISIONS.read_text("utf-8")
        return {each["id"] for each in known if not re.search(rf"{each['id']}\b", decided)}

    def asked(self, line: Line) -> dict[str, Any]:
        """A request as a line of a batch."""
        body = self.flat(line["request"])
        media = {name: body.pop(name) for name in list(body) if is_medium(name)} | (line.get("files") or {})
        return {
            "model": body.pop("model", line["model"] if model_is_elsewhere(line) else ""),
            "provider": self.provider,
            "prompt": body.pop("prompt", ""),
            "options": body,
            "media": media,
        }

    def answer(self, line: Line) -> dict[str, Any]:
        """What a preview says to it."""
        text = json.dumps(self.asked(line))
        return _previewing.answer(functools.partial(_asking.parse, text), base_urls={self.provider: BASE_URL})

    def difference(self, line: Line) -> str:
        """How our request differs from the printed one; "" when it does not."""
        ours = self.answer(line)
        if "error" in ours:
            return f"refused: {ours['error']['field']}"
        sent = {"method": ours["method"], "url": ours["url"], "content type": ours["content_type"]}
        sent |= {"body": ours.get("body") or ours["fields"], "files": ours.get("files") or None}
        said = {"method": line["method"], "url": BASE_URL + line["path"], "content type": line["content_type"]}
        said |= {"body": line["request"], "files": line.get("files") or None}
        return ", ".join(_differences(sent, said))


def _differences(sent: Mapping[str, Any], said: Mapping[str, Any]) -> Iterator[str]:
    for name, value in said.items():
        if name != "body" and sent[name] != value:
            yield name
    ours, theirs = sent["body"], said["body"]
    yield from (f"+{name}" for name in ours if name not in theirs)
    yield from (f"-{name}" for name in theirs if name not in ours)
    yield from (f"~{name}" for name in ours if name in theirs and ours[name] != theirs[name])


def tell(capsys: pytest.CaptureFixture[str], provider: str, *, cannot_be_said: Mapping[str, str], of: int) -> None:
    """Print which bad requests a caller of ours can't even make, and why."""
    with capsys.disabled():
        print(f"\n{len(cannot_be_said)} of {of} bad requests to {provider} cannot be expressed:")
        for id, why in cannot_be_said.items():
            print(f"  {id}: {why}")


def is_medium(name: str) -> bool:
    """Whether a page's name is one of a medium."""
    return _spec.ALIASES.get(name.lower(), name.lower()) in _spec.MEDIA


def model_is_elsewhere(line: Line) -> bool:
    """Whether the model is told by the path alone: its body names none, and is right not to."""
    return "model" not in line["request"] and not line.get("rule", "").startswith("model:")


def tells_so_much(ours: Mapping[str, Any], *fields: str) -> bool:
    """Whether it refuses one thing, under one of these names."""
    return "error" in ours and ours["error"]["field"] in fields and "more" not in ours["error"]


def fields_of(rule: str) -> set[str]:
    """The names that a refusal may have for a documented rule."""
    field = rule.partition(":")[0].rpartition(".")[2]
    return {field, _spec.ALIASES.get(field.lower(), field)}


def is_known(line: Line) -> bool:
    """Whether we have the model that the line is about."""
    return line["model"] in catalogue.MODELS
