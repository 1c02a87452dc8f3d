"""Each option of each operation takes each of its values, from the studio to a saved file, at the price it has.

Everyday runs let every value stand once; `make pairwise` lets every pair of values of every model stand once.
"""

import math
import re
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator
from pathlib import Path
from typing import Any

import av
import pytest
from PIL import Image

from bot import catalogue, jobs, money
from bot.catalogue import Options
from bot.catalogue._spec import seconds_of
from bot.catalogue.nexus import veo as nexus_veo
from bot.catalogue.uniall import (
    gpt_image,
    grok_image,
    grok_imagine,
    happy_horse,
    kling_avatar,
    minimax_speech,
    seedance,
    seedream,
    veo,
)
from bot.jobs import JobState
from bot.requests import Kind
from tests import factories
from tests.acceptance import combining
from tests.acceptance.combining import Case
from tests.acceptance.works import CREDITS, Made, Works, open_works

CLIP_FPS = 24  # what a number of frames is reckoned by
SKETCHED_FPS = 10  # of what is made here: enough for every model that is given clips
SHAPE = 0.02  # by how much a picture may miss its ratio: sides are whole pixels, often multiples of 16
SIZED = {frozenset({"size", "ratio"}), frozenset({"size", "resolution"}), frozenset({"ratio", "resolution"})}
TOGETHER: dict[type[Options], set[frozenset[str]]] = {
    # what is limited together: fifteen pictures in and out
    each: {frozenset({"count", "images"})}
    for each in (seedream.Image, seedream.SmallImage)
}
EXTENDED_S = 8  # an extension of Veo, of which no page says how long it is

FOUND = tuple(catalogue.MODELS.values())


def says(model: catalogue.Model) -> tuple[object, ...]:
    """What may be said to a model, operation by operation: those of one family differ in little else."""
    return tuple((cls.operation, tuple(cls.model_fields)) for cls in model.operations)


FIRST = {says(model): model for model in reversed(FOUND)}
"""The first of all models that are told the same."""


def takes(cls: type[Options]) -> tuple[object, ...]:
    """Everything that may be said to an operation, value by value."""
    options = ((name, repr(info), info.is_required()) for name, info in cls.model_fields.items())
    return cls.__module__, cls.operation, *options


DISTINCT = sorted(
    {takes(cls): (model.id, cls.operation) for model in reversed(FOUND) for cls in model.operations}.values()
)
"""The first model, which makes the smallest, for each operation that takes other values than those before it."""
SOME = 2  # requests are enough of most clips every day, which take a second or more each


@pytest.fixture
async def works(tmp_path: Path, database: Path) -> AsyncIterator[Works]:
    async with open_works(tmp_path, database, sketches=SKETCHED_FPS) as opened:
        yield opened


@pytest.mark.timeout(600)
@pytest.mark.parametrize("model", sorted(model.id for model in FIRST.values()))
async def test_each_value_reaches_a_file(works: Works, model: str) -> None:
    found = catalogue.find(model)
    cases = list(combining.each_value(found))
    await check(works, cases[:SOME] if found.kind is Kind.VIDEO and model != "grok-imagine" else cases)


@pytest.mark.pairwise
@pytest.mark.timeout(600)
@pytest.mark.parametrize(("model", "operation"), DISTINCT)
async def test_each_pair_of_values_reaches_a_file(works: Works, model: str, operation: str) -> None:
    found = catalogue.find(model)
    cls = found.operation(operation)
    assert cls is not None
    await check(works, list(combining.each_pair(found, cls)))


@pytest.mark.parametrize(("model", "operation"), DISTINCT)
def test_only_sizes_and_languages_clash(model: str, operation: str) -> None:
    cls = catalogue.find(model).operation(operation)
    assert cls is not None
    pairs = {frozenset(name for name, _ in pair) for pair in combining.clashes_of(model, cls)}
    sized = {pair for pair in SIZED if pair <= cls.model_fields.keys()} if "size" in cls.model_fields else set()
    told = {frozenset({"prompt", "expand"})} if issubclass(cls, nexus_veo.Veo) else set()  # Chinese, untranslated
    assert pairs == sized | told | TOGETHER.get(cls, set())


@pytest.mark.parametrize("model", [model.id for model in catalogue.MODELS.values() if model.kind is Kind.AVATAR])
@pytest.mark.parametrize("cls", [kling_avatar.Audio, kling_avatar.Text])
async def test_a_talking_picture_has_one_receipt_and_lasts_as_long_as_its_speech(
    works: Works, model: str, cls: type[Options]
) -> None:
    media = dict.fromkeys(cls.media_fields(), ("file",))
    said = {"prompt": combining.CHINESE}
    (made,) = await works.make([Case(model=catalogue.find(model), cls=cls, said=said, media=media)])
    speech_s = spoken_s(made)
    assert len(made.receipts) == 1
    assert lasts_s(made.files[0]) == pytest.approx(speech_s, abs=1 / SKETCHED_FPS)
    assert len(made.calls) == (2 if cls is kling_avatar.Text else 1)


# --- the whole ---------------------------------------------------------------------------------------------------


async def check(works: Works, cases: list[Case]) -> None:
    """Make all cases, and look at everything that came of them."""
    made = await works.make(cases)
    for one in made:
        try:
            check_job(one)
            check_files(one)
            check_price(one)
        except AssertionError as error:
            error.add_note(f"{one.case.model.id} {one.case.cls.operation} {one.case.said} {one.case.media}")
            raise
    await check_books(works)


async def check_books(works: Works) -> None:
    """Nothing is held, nothing was charged beside the jobs, nothing was sent twice."""
    async with works.store.reading() as rows:
        every = await rows.jobs.recent(state=None, limit=10_000)
        calls = [call for job in every for call in await rows.jobs.calls(job.id)]
        assert await rows.ledger.faults() == []
        assert await rows.ledger.balance(money.HELD) == 0
        assert await rows.ledger.balance(factories.ANNA) == CREDITS - sum(job.charge or 0 for job in every)
    sent = Counter(submit.task_id for submit in works.simulator.submits())
    followed = Counter(call.task_id for call in calls if call.task_id is not None)  # the others were answered at once
    assert (sent.total(), followed <= sent) == (len(calls), True)


def check_job(made: Made) -> None:
    """It is done, with as many files as asked for, posted once."""
    assert [call.failure for call in made.calls if call.failure] == []
    assert made.job.state is JobState.DONE
    assert len(made.files) == (getattr(made.options, "count", None) or 1)
    assert [(receipt.held, receipt.used) for receipt in made.receipts] == [(made.job.price, made.job.charge)]


# --- files -------------------------------------------------------------------------------------------------------


def check_files(made: Made) -> None:
    """Each file is what was asked for, by its content."""
    for path in made.files:
        match made.case.model.kind:
            case Kind.IMAGE:
                check_picture(made, path)
            case Kind.VIDEO:
                check_clip(made, path)
            case Kind.AVATAR:
                assert stream_of(path, "video")[0] == "mp4"
                assert lasts_s(path) == pytest.approx(spoken_s(made), abs=1 / SKETCHED_FPS)
            case Kind.CHAT:
                assert path.read_text("utf-8").strip()
            case _:
                check_sound(made, path)


def check_picture(made: Made, path: Path) -> None:
    """Format, and size or shape."""
    with Image.open(path) as picture:
        size, format = picture.size, (picture.format or "").lower()
    said = made.case.said
    asked_for = said.get("format", "jpeg" if isinstance(made.options, grok_image.Grok) else "")
    assert asked_for.lower().replace("jpg", "jpeg") in ("", format)
    if asked := size_of(made):
        assert "{}x{}".format(*size) == asked
    if ":" in said.get("ratio", ""):
        assert_shape(size, said["ratio"])


def size_of(made: Made) -> str:
    """The size that a picture was asked in; "" where the model chooses."""
    match made.options:
        case gpt_image.GptImage():
            return (made.options.picked() or "").replace("auto", "")
        case seedream.Seedream():
            return made.options.size or seedream.SAFE.get(made.options.ratio or "", "")
    return ""


def check_clip(made: Made, path: Path) -> None:
    """Container, shape, the shorter side, sound, and length to the frame."""
    container, stream = stream_of(path, "video")
    size, said = (stream.width, stream.height), {**made.case.model.fixed, **made.case.said}
    assert container == "mp4"
    if (ratio := said.get("ratio")) == "auto":
        ratio = seen_of(made)
    if ratio:
        assert_shape(size, ratio)
    if found := re.fullmatch(r"(\d+)p", said.get("resolution", "").lower().replace("4k", "2160p")):
        assert min(size) == int(found[1])
    if found := re.fullmatch(r"(\d{3,})\D(\d{3,})", said.get("size", "")):
        assert size == (int(found[1]), int(found[2]))
    if said.get("sound") is False:
        assert not sounds(path)
    if (expected := expected_s(made)) is not None:
        assert lasts_s(path) == pytest.approx(expected, abs=1 / SKETCHED_FPS + 1e-3)


def seen_of(made: Made) -> str:
    """The shape of the first picture or clip that was given; wide where there is none."""
    given = next((made.given[name] for name in ("image", "images", "video", "videos") if name in made.given), None)
    facts = given[0].facts if given else None
    return f"{facts.width}:{facts.height}" if facts else "16:9"


def expected_s(made: Made) -> float | None:
    """Seconds that a clip should last; None where nothing says so."""
    match made.options:
        case grok_imagine.Edit():
            return length_of(made, "video")
        case grok_imagine.Extend(duration=duration):
            return length_of(made, "video") + duration
        case happy_horse.Edit():
            return min(length_of(made, "video"), happy_horse.LONGEST_S)
        case veo.Extend():
            return EXTENDED_S
        case seedance.Seedance(duration=duration, frames=frames):
            return max(duration, (frames or 0) / CLIP_FPS)
        case options:
            return options.units() if options.unit == "second" else getattr(options, "duration", None)


def sounds(path: Path) -> bool:
    """Whether a clip has a sound."""
    with av.open(str(path)) as container:
        return bool(container.streams.audio)


def check_sound(made: Made, path: Path) -> None:
    """Container and sample rate."""
    container, stream = stream_of(path, "audio")
    assert container == made.case.said.get("format", "mp3")
    assert stream.rate == made.case.said.get("sample_rate", stream.rate)


def assert_shape(size: tuple[int, int], ratio: str) -> None:
    """Width by height is the ratio, nearly."""
    wide, high = ratio.split(":")
    assert size[0] / size[1] == pytest.approx(int(wide) / int(high), rel=SHAPE)


def stream_of(path: Path, kind: str) -> tuple[str, Any]:
    """What a file's container is called, and its first stream of a kind, decoded a little."""
    with av.open(str(path)) as container:
        stream: Any = next(stream for stream in container.streams if stream.type == kind)
        assert next(container.decode(stream), None) is not None
        return ("mp4" if "mp4" in container.format.name else container.format.name), stream.codec_context


def lasts_s(path: Path) -> float:
    """Seconds of the pictures of a clip."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert stream.duration is not None
        assert stream.time_base is not None
        return float(stream.duration * stream.time_base)


def length_of(made: Made, medium: str) -> float:
    """Seconds of a given medium."""
    facts = made.given[medium][0].facts
    assert facts is not None
    assert facts.duration_s is not None
    return facts.duration_s


def spoken_s(made: Made) -> float:
    """Seconds of what a talking picture says: the recording it was given, or what was spoken for it."""
    if "audio" in made.given:
        return length_of(made, "audio")
    (speech,) = [output for output in made.outputs if output.step == 0]
    assert speech.facts.duration_s is not None
    return speech.facts.duration_s


# --- money -------------------------------------------------------------------------------------------------------


def check_price(made: Made) -> None:
    """Charged is what the catalogue quotes for what came; nothing but a length or resolution not said makes it less."""
    assert made.job.charge == quoted(made)
    assert made.job.charge <= made.job.price
    unknown = made.case.model.kind is Kind.AVATAR or getattr(made.options, "resolution", "") is None
    unknown = unknown or isinstance(made.options, grok_image.Waiting) or made.case.model.kind is Kind.CHAT
    if not unknown or made.case.model.id == "gpt-image-2":
        assert made.job.charge == made.job.price


def quoted(made: Made) -> int:
    """The price of a request for exactly what came."""
    options, rate = made.options, made.case.model.rate
    match options:
        case kling_avatar.Audio():
            return options.model_copy(update={"audio_s": float(seconds_of(shown(made)))}).quote(rate)
        case kling_avatar.Text():
            speech = minimax_speech.Speech(prompt=options.prompt, voice=options.voice).quote(minimax_speech.RATE)
            return speech + math.ceil(rate.of(options) * seconds_of(shown(made)))
        case gpt_image.AutoText(size="auto") | gpt_image.AutoImage(size="auto"):
            return options.model_copy(update={"size": nearest_size(made)}).quote(rate)
        case _ if made.case.model.kind is Kind.CHAT:
            return options.settle(rate, {0: shown(made)})
        case grok_image.Grok():
            tier = getattr(options, "resolution", None) or "1k"
            return options.model_copy(update={"resolution": tier}).quote(rate)
        case _ if made.case.model.kind is Kind.VIDEO and getattr(options, "resolution", "") is None:
            came = f"{min(short_sides(made.shown))}p"
            return options.model_copy(update={"resolution": came}).quote(rate)
        case _:
            return options.quote(rate)


def shown(made: Made) -> tuple[jobs.Output, ...]:
    """The outputs that are the result."""
    return tuple(made.shown)


def nearest_size(made: Made) -> str:
    """The documented size that has about as many pixels as the pictures."""
    (pixels,) = {(output.facts.width or 0) * (output.facts.height or 0) for output in made.shown}
    return min(gpt_image.TIERS, key=lambda size: abs(math.prod(map(int, size.split("x"))) - pixels))


def short_sides(outputs: Iterable[jobs.Output]) -> Iterator[int]:
    """The shorter side of each picture or clip."""
    for output in outputs:
        assert output.facts.width is not None
        assert output.facts.height is not None
        yield min(output.facts.width, output.facts.height)
