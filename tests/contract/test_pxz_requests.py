"""What pxz's models send: the printed requests, those that break a rule, and some of our own."""

from collections.abc import Mapping
from typing import Any

import pytest
import yaml

from bot import catalogue
from bot.cli import _asking, _previewing
from bot.errors import Invalid
from bot.requests import Wire
from tests.contract import printed

PICTURE = "https://pictures.example/a.png"
OTHER = "https://pictures.example/b.png"

CANNOT_BE_SAID = {
    # what goes into the envelope, and as what type, is never a caller's to say
    "bad/pxz/seedream_v4/image_url:type#1": "one picture where a list belongs",
    "bad/pxz/seedream_v4/output_n:type#1": "a number where a text belongs",
    "bad/pxz/seedream_v4/params:required#3": "no envelope around the parameters",
    "bad/pxz/sora2/video_length:type#1": "a number where a text belongs",
    "bad/pxz/veo3_1/end_image_url:type#1": "a list where one picture belongs",
    "bad/pxz/veo3_1/metadata:type#1": "a text where our own notes belong",
}


def flat(request: Mapping[str, Any]) -> dict[str, Any]:
    """A body without its envelope; `metadata` and the callback are not a caller's."""
    return {**{k: v for k, v in request.items() if k not in {"params", "metadata"}}, **request.get("params", {})}


PXZ = printed.Printed(provider="pxz", flat=flat)


def wire(name: str, media: dict[str, list[str]] | None = None, **said: Any) -> Wire:
    model = catalogue.find(name, provider="pxz")
    return catalogue.prepare(model, said, media=media or {}).wire(model.id)


def params(name: str, media: dict[str, list[str]] | None = None, **said: Any) -> Any:
    return wire(name, media, prompt="waves", **said).body["params"]


@printed.needed
def test_every_printed_request_is_ours() -> None:
    found = {x["id"]: PXZ.difference(x) for x in PXZ.requests()}
    assert len(found) == 3
    assert set(found.values()) == {""}


@printed.needed
def test_printed_envelopes_are_understood_as_they_are() -> None:
    whole = printed.Printed(provider="pxz")
    assert {whole.difference(x) for x in whole.requests()} == {""}


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"params": "waves"}, "params"),
        ({"prompt": "waves", "params": {"prompt": "hills"}}, "prompt"),
        ({"params": {"prompt": "waves", "aspect_ratio": "5:1"}}, "aspect_ratio"),
    ],
)
def test_what_is_wrong_with_an_envelope_is_named(options: dict[str, Any], field: str) -> None:
    line = {"model": "seedream_v4", "options": options}
    ours = _previewing.answer(lambda: _asking.ask(line), base_urls={"pxz": printed.BASE_URL})
    assert printed.tells_so_much(ours, field), ours


@printed.needed
@pytest.mark.parametrize("line", [x for x in PXZ.bad() if x["id"] not in CANNOT_BE_SAID], ids=lambda x: x["id"])
def test_bad_requests_are_refused_by_the_right_field(line: dict[str, Any]) -> None:
    fields = {"prompt"} if line["rule"] == "params:required" else printed.fields_of(line["rule"])
    assert printed.tells_so_much(PXZ.answer(line), *fields), PXZ.answer(line)


@printed.needed
def test_what_cannot_be_said_is_right_however_it_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    printed.tell(capsys, "pxz", cannot_be_said=CANNOT_BE_SAID, of=len(PXZ.bad()))
    lines = [x for x in PXZ.bad() if x["id"] in CANNOT_BE_SAID]
    assert len(lines) == len(CANNOT_BE_SAID)
    assert {PXZ.answer(x)["content_type"] for x in lines} == {"application/json"}


@printed.needed
def test_the_resolution_is_spelled_as_in_the_table_of_parameters() -> None:
    ours = PXZ.answer(PXZ.ambiguous()["PXZ-RESOLUTION"])
    assert (ours["error"]["field"], ours["error"]["allowed"]) == ("resolution", "standard, high")


@printed.needed
def test_every_contradiction_of_the_document_is_decided() -> None:
    assert PXZ.undecided() == set()


@printed.needed
def test_every_model_of_the_document_is_here_with_its_operations() -> None:
    known = yaml.safe_load((printed.CONTRACTS / "pxz" / "models.yaml").read_text("utf-8"))["models"]
    ours = {model.id: model for model in catalogue.MODELS.values() if model.provider == "pxz"}
    assert set(ours) == {model["id"] for model in known}
    assert {
        id: [cls.operation.replace("-to-", "2").replace("-", "_") for cls in m.operations] for id, m in ours.items()
    } == {model["id"]: model["operations"] for model in known}


# --- requests of our own -----------------------------------------------------------------------------------------


def test_everything_goes_to_one_address_and_is_called_back() -> None:
    assert wire("nano_banana", prompt="waves") == Wire(
        path="/api/openapi/submit", body={"model": "nano_banana", "params": {"prompt": "waves"}}
    )


@pytest.mark.parametrize(
    ("model", "said", "expected"),
    [
        ("seedream_v4", {}, {"resolution": "1K", "output_n": "1"}),
        ("seedream_v4", {"resolution": "4k", "count": "4"}, {"resolution": "4K", "output_n": "4"}),
        ("seedream_v4_5", {"ratio": "21:9"}, {"aspect_ratio": "21:9", "resolution": "basic"}),
        ("nano_banana", {"format": "jpeg", "ratio": "auto"}, {"format": "jpeg", "aspect_ratio": "auto"}),
        ("nano_banana_pro", {"format": "jpg"}, {"format": "jpg", "resolution": "1K"}),
        ("gpt-4o", {"ratio": "3:2"}, {"aspect_ratio": "3:2"}),
        ("sora2", {"duration": 15}, {"video_length": "15"}),
        ("sora2_pro", {"resolution": "high"}, {"video_length": "10", "resolution": "high"}),
        ("veo3_1", {"ratio": "9:16"}, {"aspect_ratio": "9:16"}),
    ],
)
def test_options_are_said_as_the_tables_have_them(model: str, said: dict[str, Any], expected: dict[str, Any]) -> None:
    assert params(model, **said) == {"prompt": "waves", **expected}


@pytest.mark.parametrize("model", ["seedream_v4", "seedream_v4_5", "nano_banana", "nano_banana_pro"])
def test_some_models_take_a_list_of_pictures(model: str) -> None:
    assert params(model, {"image": [PICTURE]})["image_url"] == [PICTURE]
    assert params(model, {"images": [PICTURE, OTHER]})["image_url"] == [PICTURE, OTHER]


@pytest.mark.parametrize("model", ["gpt_4o", "sora2", "sora2_pro", "veo3_1"])
def test_others_take_one(model: str) -> None:
    assert params(model, {"image": [PICTURE]})["image_url"] == PICTURE
    with pytest.raises(Invalid) as invalid:
        params(model, {"images": [PICTURE, OTHER]})
    first = invalid.value.problems[0]
    assert (first.field, first.rule) == ("images", "count")


def test_a_clip_ends_with_the_last_picture() -> None:
    given = {"image": [PICTURE], "last": [OTHER]}
    assert params("veo3_1_fast", given) == {"prompt": "waves", "image_url": PICTURE, "end_image_url": OTHER}


def test_a_last_picture_needs_a_first() -> None:
    with pytest.raises(Invalid) as invalid:
        params("veo3_1", {"last": [OTHER]})
    assert [(p.field, p.rule) for p in invalid.value.problems] == [("image", "missing")]


@pytest.mark.parametrize(
    ("model", "said", "credits"),
    [
        ("seedream_v4", {}, 2),
        ("seedream_v4", {"resolution": "4K", "count": 4}, 32),
        ("seedream_v4_5", {"quality": "high"}, 8),
        ("nano_banana", {}, 3),
        ("nano_banana_pro", {"resolution": "2K"}, 11),
        ("gpt_4o", {}, 5),
        ("sora2", {}, 60),
        ("sora2", {"duration": 15}, 90),
        ("sora2_pro", {"resolution": "high"}, 300),
        ("veo3_1_fast", {}, 40),
    ],
)
def test_prices(model: str, said: dict[str, Any], credits: int) -> None:
    found = catalogue.find(model)
    assert catalogue.prepare(found, {"prompt": "waves", **said}, media={}).quote(found.rate) == credits
