"""What holds for every model and everything that may be said to it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic.fields import FieldInfo

from bot import catalogue
from bot.catalogue import _spec
from bot.cli import _previewing
from bot.errors import Invalid
from bot.jobs import Output
from bot.media import Facts, MediaKind
from bot.requests import Wire

OPERATIONS = [(model, cls) for model in catalogue.MODELS.values() for cls in model.operations]
WORDS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=60).filter(str.strip)
LISTS: Mapping[str, st.SearchStrategy[str]] = {
    "blend": st.just("Wise_Woman:60"),
    "pronunciation": st.just("lead/(l)(e)(d)"),
    "shots": WORDS,
    "elements": st.just("829836802793406551"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A valid request with what was measured of its media."""

    model: catalogue.Model
    operation: str
    said: Mapping[str, Any]
    media: Mapping[str, Sequence[str]]
    facts: Mapping[str, Sequence[Facts]]

    def options(self) -> catalogue.Options:
        return catalogue.prepare(
            self.model, self.said, media=self.media, operation=self.operation, facts=self.facts, presets=True
        )


def values(name: str, info: FieldInfo) -> st.SearchStrategy[Any]:
    """What may be said for an option."""
    listed, bounds = _spec.values_of(info), _spec.bounds_of(info)
    if name in LISTS:
        return st.lists(LISTS[name], min_size=1, max_size=3)
    if _spec.is_switch(info):
        return st.booleans()
    if listed and (name == "size" or not _spec.is_open(info)):
        return st.sampled_from(listed)
    if _spec.takes(info, int):
        return st.integers(int(bounds.low or 0), int(bounds.high or 1000))
    if _spec.takes(info, float):
        return st.floats(bounds.low or 0, bounds.high, exclude_min=bounds.above)
    return st.one_of(st.sampled_from(listed), WORDS) if listed else WORDS


def measured(kind: MediaKind) -> st.SearchStrategy[Facts]:
    seconds = st.none() if kind is MediaKind.IMAGE else st.floats(0.2, 290)
    return st.builds(Facts, kind=st.just(kind), mime=st.just(""), size_bytes=st.just(1), duration_s=seconds)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    model, cls = draw(st.sampled_from(OPERATIONS))
    options = {n: i for n, i in cls.model_fields.items() if n not in _spec.MEDIA and n not in cls.measured()}
    said = {n: draw(values(n, i)) for n, i in options.items() if i.is_required() or draw(st.booleans())}
    if "size" in said:  # stands alone
        said = {n: v for n, v in said.items() if n not in {"ratio", "resolution"}}
    if "shots" in said:  # they stand in for a prompt
        said.pop("prompt", None)
    elif "shots" in options:
        said["prompt"] = draw(WORDS)
    media: dict[str, list[str]] = {}
    facts: dict[str, list[Facts]] = {}
    for name in cls.media_fields():
        bounds, least = _spec.bounds_of(cls.model_fields[name]), cls.least().get(name, 0)
        count = draw(
            st.integers(least, min(max(least, 1) + 2, bounds.longest or 9)) if name.endswith("s") else st.just(1)
        )
        if not count:
            continue
        where = _spec.UPLOAD if name in cls.only_files else "https://media.example/"
        media[name] = [f"{where}{name}/{n}" for n in range(count)]
        facts[name] = [draw(measured(_spec.MEDIA[name])) for _ in range(count)]
    return Case(model=model, operation=cls.operation, said=said, media=media, facts=facts)


def prepared(case: Case) -> catalogue.Options | None:
    """The options; None for combinations without a size, for words in a wrong language, and media out of range."""
    try:
        return case.options()
    except Invalid as invalid:
        found = {(p.field, p.rule) for p in invalid.problems}
        known = found in ({("resolution", "choice")}, {("prompt", "conflict")})
        if not known and not all(f in _spec.MEDIA and r == "range" for f, r in found):
            raise
        return None


def wires(case: Case, options: catalogue.Options) -> list[Wire]:
    """Every step's request, as the engine makes them: from what the step says alone."""
    found = []
    for step in options.steps(case.model.id):
        media = {name: case.media[name] for name in step.media} | {name: ["https://fed.example"] for name in step.feeds}
        facts = {name: case.facts[name] for name in step.media}
        facts |= {n: [Facts(kind=_spec.MEDIA[n], mime="", size_bytes=1, duration_s=2.5)] for n in step.feeds}
        model = catalogue.find(step.model)
        said = catalogue.prepare(model, step.said, media=media, operation=step.operation, facts=facts)
        found.append(said.wire(model.id))
    return found


@settings(deadline=None)
@given(cases())
def test_every_valid_request_has_wires_of_plain_json(case: Case) -> None:
    if (options := prepared(case)) is not None:
        for wire in wires(case, options):
            body = _previewing.shown(wire.body)  # with files named where they go along within
            assert json.loads(json.dumps(body)) == body
            assert wire.method == "POST"
            assert wire.poll_path.count("{task_id}") == bool(wire.poll_path)


@settings(deadline=None)
@given(cases())
def test_what_was_said_says_it_again(case: Case) -> None:
    if (options := prepared(case)) is not None:
        again = catalogue.prepare(
            case.model,
            json.loads(json.dumps(options.said())),
            media=case.media,
            operation=options.operation,
            facts=case.facts,
        )
        assert again == options


@settings(deadline=None)
@given(cases(), st.data())
def test_a_charge_is_never_above_what_was_set_aside(case: Case, data: st.DataObject) -> None:
    options = prepared(case)
    if options is None:
        return
    rate, steps = case.model.rate, options.steps(case.model.id)
    longest_s = steps[-1].fed_s or 400.0  # a clip of a spoken text lasts as long as the speech
    each = max(1, getattr(options, "count", 1) // len(steps))
    produced = {
        number: tuple(made(number, n, step.kind, data, longest_s) for n in range(data.draw(st.integers(0, each))))
        for number, step in enumerate(steps)
    }
    charge = options.settle(rate, produced)
    assert 0 <= charge <= options.quote(rate)
    assert (charge > 0) == any(produced[n] for n, step in enumerate(steps) if step.shown)


def made(step: int, index: int, kind: MediaKind, data: st.DataObject, longest_s: float) -> Output:
    seconds = None if kind is MediaKind.IMAGE else data.draw(st.none() | st.floats(0.1, longest_s))
    side = None if kind is MediaKind.AUDIO else data.draw(st.sampled_from((480, 720, 1024)))
    facts = Facts(kind=kind, mime="", size_bytes=1, duration_s=seconds, width=side, height=side)
    return Output(job="K7Q2", step=step, index=index, path="x", facts=facts)


@pytest.mark.parametrize("model", catalogue.MODELS.values(), ids=lambda model: model.id)
def test_presets_are_enough_beside_a_prompt_and_media(model: catalogue.Model) -> None:
    for cls in model.operations:
        media = {name: ["u"] * count for name, count in cls.least().items()}
        facts = {
            # a recording is long enough for its voice to be copied, several of them are short enough together
            name: [Facts(kind=_spec.MEDIA[name], mime="", size_bytes=1, duration_s=12.0 if name == "audio" else 3.0)]
            * len(handles)
            for name, handles in media.items()
        }
        options = catalogue.prepare(
            model, {"prompt": "x"}, media=media, operation=cls.operation, facts=facts, presets=True
        )
        assert type(options) is cls


@pytest.mark.parametrize("said", [{}, {"prompt": None}, {"prompt": 3}, {"prompt": ["x"]}, {"": ""}, {"extra_body": []}])
@pytest.mark.parametrize("model", catalogue.MODELS.values(), ids=lambda model: model.id)
def test_nonsense_is_refused_and_never_breaks(model: catalogue.Model, said: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        catalogue.prepare(model, said, media={})
