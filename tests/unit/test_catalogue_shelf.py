"""Finding models."""

from collections import Counter
from dataclasses import replace

import pytest

from bot import catalogue
from bot.catalogue import _shelf
from bot.errors import Invalid, Problem
from bot.requests import Kind


def problem_of(invalid: pytest.ExceptionInfo[Invalid]) -> Problem:
    (problem,) = invalid.value.problems
    return problem


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("NanoBanana2-1K", "NanoBanana2-1K"),
        ("nanobanana2-1k", "NanoBanana2-1K"),
        (" GROK ", "grok-imagine"),
        ("nano-pro", "NanoBananaPro-1K"),
    ],
)
def test_a_model_is_found_by_id_or_alias_in_any_case(name: str, id: str) -> None:
    assert catalogue.find(name).id == id


def test_a_misspelt_model_is_answered_with_the_nearest() -> None:
    with pytest.raises(Invalid) as invalid:
        catalogue.find("minimax-music-3")
    problem = problem_of(invalid)
    assert (problem.field, problem.rule, problem.value) == ("model", "unknown", "minimax-music-3")
    assert problem.allowed.startswith("minimax-music-2.6")


def test_a_model_of_another_kind_is_answered_with_the_right_ones() -> None:
    with pytest.raises(Invalid) as invalid:
        catalogue.find("nano", kind=Kind.MUSIC)
    assert problem_of(invalid) == Problem(field="model", rule="not_for", value="nano", allowed="minimax-music-2.6")


def test_a_model_of_another_provider_is_unknown() -> None:
    with pytest.raises(Invalid) as invalid:
        catalogue.find("nano", provider="pxz")
    assert problem_of(invalid).rule == "unknown"


def test_no_model_is_missing() -> None:
    with pytest.raises(Invalid) as invalid:
        catalogue.find(" ", kind=Kind.MUSIC)
    assert problem_of(invalid) == Problem(field="model", rule="missing", allowed="minimax-music-2.6")


def test_every_kind_has_a_model_for_every_quality() -> None:
    kinds = {model.kind for model in catalogue.MODELS.values()}
    found = {(kind, quality): catalogue.pick(kind, quality).id for kind in kinds for quality in catalogue.QUALITIES}
    assert found == {
        (Kind.IMAGE, "quick"): "NanoBanana2-0.5K",
        (Kind.IMAGE, "good"): "NanoBanana2-1K",
        (Kind.IMAGE, "best"): "NanoBananaPro-4K",
        (Kind.VIDEO, "quick"): "seedance2.0-mini-480p",
        (Kind.VIDEO, "good"): "grok-imagine",
        (Kind.VIDEO, "best"): "kling-v3-pro-audio",
        **{(Kind.MUSIC, quality): "minimax-music-2.6" for quality in catalogue.QUALITIES},
        (Kind.SPEECH, "quick"): "minimax-speech-02-hd",
        (Kind.SPEECH, "good"): "minimax-speech-2.8-hd",
        (Kind.SPEECH, "best"): "minimax-speech-2.8-hd",
        **{(Kind.VOICE, quality): "minimax-voice-design" for quality in catalogue.QUALITIES},
        (Kind.AVATAR, "quick"): "kling-avatar-v2-standard",
        (Kind.AVATAR, "good"): "kling-avatar-v2-standard",
        (Kind.AVATAR, "best"): "kling-avatar-v2-pro",
        **{(Kind.CHAT, quality): "qwen3-max" for quality in catalogue.QUALITIES},
    }


def test_an_unknown_quality_is_refused() -> None:
    with pytest.raises(Invalid) as invalid:
        catalogue.pick(Kind.IMAGE, "superb")
    assert problem_of(invalid) == Problem(field="quality", rule="choice", value="superb", allowed="quick, good, best")


def test_a_name_taken_twice_fails_at_import() -> None:
    nano = catalogue.find("nano")
    with pytest.raises(_shelf.Shelved, match="grok is both"):
        _shelf.shelve(iter([catalogue.find("grok"), replace(nano, aliases=("GROK",))]))


def test_operations_of_a_model_have_names_of_their_own() -> None:
    names = Counter((model.id, cls.operation) for model in catalogue.MODELS.values() for cls in model.operations)
    assert set(names.values()) == {1}
