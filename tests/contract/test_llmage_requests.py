"""What llmage's models send: the printed requests, those that break a rule, and some of our own."""

from collections.abc import Mapping
from typing import Any

import pytest
import yaml

from bot import catalogue, jobs
from bot.catalogue import _spec
from bot.errors import Invalid
from bot.media import MediaKind
from bot.requests import Upload, Wire
from tests import factories
from tests.contract import printed

LLMAGE = printed.Printed(provider="llmage")

FIRST, LAST, OTHER = "file:/pictures/first.png", "file:/pictures/last.png", "file:/pictures/other.png"
CLIP, VOICE = "file:/clips/a.mp4", "file:/voices/a.mp3"

MENDED: Mapping[str, tuple[str, str]] = {
    # bad requests that lack or spell wrongly what we say ourselves → the field, and what we say there
    "bad/llmage/doubao-seedance-2-0-260128/resolution:enum#1": ("resolution", "720p"),
    "bad/llmage/happyhorse-1.0-i2v/resolution:enum#1": ("resolution", "1080P"),
    "bad/llmage/happyhorse-1.0-t2v/resolution:enum#1": ("resolution", "720P"),
    "bad/llmage/wan2.2-t2i-plus/catelogid:required#1": ("catelogid", "t2i"),
    "bad/llmage/wan2.6-t2v/size:enum#1": ("size", "1920*1080"),
}
MEANT = {
    # a rule of the document → the field that a refusal names, where the rule's own name does not say it
    "llm.seedance2-i2v-last": "last",
    "llm.vidu-i2v-first": "image",
    "image_files:required": "image",
}


def fields_meant(rule: str) -> set[str]:
    return {MEANT[rule]} if rule in MEANT else printed.fields_of(rule)


def wire(name: str, media: dict[str, list[str]] | None = None, **said: Any) -> Wire:
    model = catalogue.find(name, provider="llmage")
    return catalogue.prepare(model, {"prompt": "waves", **said}, media=media or {}).wire(model.id)


# --- the document ------------------------------------------------------------------------------------------------


def filled(line: Mapping[str, Any]) -> dict[str, Any]:
    """A printed request with a model's name where the page leaves a blank for one."""
    named = "qwen3-max" if line["model"].startswith("<") else line["model"]
    return {**line, "model": named, "request": {**line["request"], "model": named}}


@printed.needed
def test_every_printed_request_is_ours() -> None:
    found = {x["id"]: LLMAGE.difference(filled(x)) for x in LLMAGE.requests()}
    assert len(found) == 9
    assert set(found.values()) == {""}


@printed.needed
@pytest.mark.parametrize("line", [x for x in LLMAGE.bad() if x["id"] not in MENDED], ids=lambda x: x["id"])
def test_bad_requests_are_refused_by_the_right_field(line: dict[str, Any]) -> None:
    assert printed.tells_so_much(LLMAGE.answer(line), *fields_meant(line["rule"])), LLMAGE.answer(line)


@printed.needed
def test_what_we_say_ourselves_cannot_be_left_out_or_misspelt(capsys: pytest.CaptureFixture[str]) -> None:
    printed.tell(capsys, "llmage", cannot_be_said={}, of=len(LLMAGE.bad()))
    answers = {x["id"]: LLMAGE.answer(x) for x in LLMAGE.bad() if x["id"] in MENDED}
    sent = {id: ours.get("body") or ours["fields"] for id, ours in answers.items()}
    assert {id: (name, sent[id][name]) for id, (name, _) in MENDED.items()} == MENDED


@printed.needed
def test_ambiguous_requests_are_read_the_safer_way() -> None:
    lines = LLMAGE.ambiguous()
    found = {name: LLMAGE.answer(lines[name]) for name in ("LLM-RATIO-ADAPTIVE", "LLM-SEEDANCE15-I2V")}
    assert "ratio" not in found["LLM-RATIO-ADAPTIVE"]["body"]
    assert printed.tells_so_much(found["LLM-SEEDANCE15-I2V"], "image")


@printed.needed
def test_every_contradiction_of_the_document_is_decided() -> None:
    assert LLMAGE.undecided() == set()


@printed.needed
def test_every_model_of_the_document_is_here_with_its_operations() -> None:
    known = yaml.safe_load((printed.CONTRACTS / "llmage" / "models.yaml").read_text("utf-8"))["models"]
    ours = {model.id: model for model in catalogue.MODELS.values() if model.provider == "llmage"}
    assert set(ours) == {model["id"] for model in known}
    for model in known:
        operations = [cls.operation.replace("-to-", "2").replace("-", "_") for cls in ours[model["id"]].operations]
        assert operations == model["operations"], model["id"]
        (submit,) = model["endpoints"]["submit"]
        assert {cls.path for cls in ours[model["id"]].operations} == {submit["path"]}
    assert [id for id, model in ours.items() if model.unverified] == ["doubao-seedance-2-0-fast-260128"]


# --- requests of our own -----------------------------------------------------------------------------------------


def test_words_are_asked_for_in_a_stream() -> None:
    assert wire("qwen", system="Be brief.") == Wire(
        path="/llmage/v1/chat/completions",
        body={
            "model": "qwen3-max",
            "catelogid": "t2t",
            "prompt": "waves",
            "sys_prompt": "Be brief.",
            "stream": True,
        },
        makes=MediaKind.TEXT,
    )


def test_a_task_is_asked_after_by_its_id() -> None:
    assert wire("wan2.2-t2i-flash", negative="boats") == Wire(
        path="/llmage/v1/image/generations",
        body={"model": "wan2.2-t2i-flash", "catelogid": "t2i", "prompt": "waves", "negative_prompt": "boats"},
        poll_path="/llmage/v1/tasks?taskid={task_id}",
    )


@pytest.mark.parametrize(
    ("model", "said", "expected"),
    [
        ("happyhorse-1.0-t2v", {"ratio": "auto"}, {"resolution": "720P", "duration": 5}),
        ("happyhorse-1.0-t2v", {"resolution": "1080p"}, {"resolution": "1080P", "duration": 5}),
        ("doubao-seedance-2-0-260128", {"duration": 15}, {"resolution": "720p", "duration": 15}),
        ("dreamina", {"ratio": "adaptive"}, {"resolution": "720p", "duration": 5}),
        ("seedance-1.5", {"ratio": "auto"}, {"resolution": "720p", "duration": 5, "ratio": "adaptive"}),
        ("wan2.6-t2v", {}, {"size": "1280*720", "duration": 5}),
        ("wan2.6-t2v", {"ratio": "1:1"}, {"size": "960*960", "duration": 5}),
        ("wan2.6-t2v", {"size": "480x832", "duration": "15"}, {"size": "480*832", "duration": 15}),
        ("viduq3-pro", {}, {"resolution": "720p", "duration": 5, "off_peak": "N"}),
        ("viduq3-pro", {"off_peak": True}, {"resolution": "720p", "duration": 5, "off_peak": "Y"}),
    ],
)
def test_how_fine_and_how_long_is_always_said(model: str, said: dict[str, Any], expected: dict[str, Any]) -> None:
    body = wire(model, **said).body
    assert {name: value for name, value in body.items() if name not in {"model", "catelogid", "prompt"}} == expected


@pytest.mark.parametrize(
    ("model", "media", "parts"),
    [
        ("happyhorse-1.0-i2v", {"image": [FIRST]}, [("image_file", FIRST)]),
        ("happyhorse-1.0-r2v", {"images": [FIRST, OTHER]}, [("image_files", FIRST), ("image_files", OTHER)]),
        ("dreamina", {"image": [FIRST], "last": [LAST]}, [("image1_file", FIRST), ("image2_file", LAST)]),
        ("seedance-1.5", {"image": [FIRST]}, [("image_file1", FIRST)]),
        ("seedance-1.5", {"image": [FIRST], "last": [LAST]}, [("image_file1", FIRST), ("image_file2", LAST)]),
        ("wan2.6-r2v", {"image": [FIRST], "last": [LAST]}, [("image_file1", FIRST), ("image_file2", LAST)]),
        ("viduq3-pro", {"image": [FIRST], "last": [LAST]}, [("image_file1", FIRST), ("image_file2", LAST)]),
        (
            "doubao-seedance-2-0-260128",
            {"images": [FIRST, OTHER], "videos": [CLIP], "audios": [VOICE]},
            [("image_files", FIRST), ("image_files", OTHER), ("video_files", CLIP), ("audio_files", VOICE)],
        ),
    ],
)
def test_files_go_under_the_names_of_their_pages(
    model: str, media: dict[str, list[str]], parts: list[tuple[str, str]]
) -> None:
    sent = wire(model, media)
    mimes = {FIRST: "image/png", LAST: "image/png", OTHER: "image/png", CLIP: "video/mp4", VOICE: "audio/mpeg"}
    assert sent.uploads == tuple(
        Upload(part=part, path=path.removeprefix("file:"), mime=mimes[path]) for part, path in parts
    )
    assert sent.content_type == "multipart/form-data"
    assert all(isinstance(value, str) for value in sent.body.values())


def test_an_address_is_no_file() -> None:
    with pytest.raises(Invalid) as invalid:
        wire("happyhorse-1.0-i2v", {"image": ["https://pictures.example/a.png"]})
    assert [(p.field, p.rule, p.allowed) for p in invalid.value.problems] == [("image", "pattern", "a file")]


@pytest.mark.parametrize(
    ("category", "media", "operation"),
    [
        ("t2v", {}, "text-to-video"),
        ("i2v", {"image": [FIRST], "last": [LAST]}, "first-last-frame"),
        ("ref2v", {"image": [FIRST]}, "reference-to-video"),
    ],
)
def test_a_category_is_the_name_of_an_operation(category: str, media: dict[str, list[str]], operation: str) -> None:
    model = catalogue.find("dreamina")
    said = catalogue.prepare(model, {"prompt": "waves", "catelogid": category}, media=media)
    assert said.operation == operation


# --- prices ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "said", "credits"),
    [
        ("wan2.2-t2i-plus", {}, 3),
        ("wan2.2-t2i-flash", {}, 2),
        ("cogview", {}, 1),
        ("happyhorse", {}, 70),
        ("happyhorse", {"resolution": "1080p", "duration": 10}, 240),
        ("llmage-seedance", {"resolution": "480p"}, 35),
        ("seedance-1.5", {}, 30),
        ("wan2.6-t2v", {}, 45),
        ("wan2.6-t2v", {"size": "1440x1440", "duration": 10}, 140),
        ("viduq3-pro", {"duration": 1}, 13),
        ("qwen", {}, 5),
    ],
)
def test_prices(model: str, said: dict[str, Any], credits: int) -> None:
    found = catalogue.find(model)
    assert catalogue.prepare(found, {"prompt": "waves", **said}, media={}).quote(found.rate) == credits


def settled(name: str, output: jobs.Output, **said: Any) -> int:
    model = catalogue.find(name)
    return catalogue.prepare(model, {"prompt": "waves", **said}, media={}).settle(model.rate, {0: (output,)})


@pytest.mark.parametrize(
    ("usage", "credits"),
    [
        (jobs.Usage(credits=10, seconds=1), 13),
        (jobs.Usage(credits=10, seconds=5), 65),
        (jobs.Usage(credits=10, seconds=16), 65),  # never more than was asked for
        (jobs.Usage(credits=10), 39),  # the three seconds that came
        (None, 39),
    ],
)
def test_a_clip_is_charged_by_the_seconds_that_the_provider_counts(usage: jobs.Usage | None, credits: int) -> None:
    facts = factories.facts(kind=MediaKind.VIDEO, mime="video/mp4", duration_s=3.0)
    assert settled("viduq3-pro", factories.output(facts=facts, usage=usage)) == credits


@pytest.mark.parametrize(
    ("usage", "size_bytes", "credits"),
    [
        (jobs.Usage(input_tokens=20, output_tokens=80, total_tokens=100), 300, 1),
        (jobs.Usage(total_tokens=5000), 300, 3),
        (None, 300, 1),
        (None, 12_000, 3),  # 4000 tokens
    ],
)
def test_an_answer_is_charged_by_its_tokens(usage: jobs.Usage | None, size_bytes: int, credits: int) -> None:
    facts = factories.facts(kind=MediaKind.TEXT, mime="text/plain", size_bytes=size_bytes)
    assert settled("qwen", factories.output(facts=facts, usage=usage)) == credits


def test_every_file_has_a_name_of_the_page() -> None:
    for model in catalogue.MODELS.values():
        for cls in model.operations if model.provider == "llmage" else ():
            names = getattr(cls, "files", {})
            assert set(names) == set(cls.media_fields())
            assert {_spec.ALIASES[page] for page in names.values()} == set(names)
