"""Models that nobody had thought of: an id more by the operator's own file, a family more by one file of code."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from tests.acceptance.house import ROOT, House

CHANGES = """
[models."grok-imagine-9"]
like = "grok-imagine"
title = "Grok Imagine 9"
aliases = ["nine"]
price = 1

[models."veo9-fast"]
like = "veo3.1-fast-video-720p"

[models."seedream_v9"]
like = "seedream_v4"
quality = "quick"
"""

FAMILY = '''"""Tin toys: pictures of tin."""

from bot.catalogue._spec import Flat, Model, Options, Prompt
from bot.media import MediaKind
from bot.requests import Json, Kind


class Draw(Options):
    """A picture from words."""

    operation = "text-to-image"
    makes = MediaKind.IMAGE
    path = "/v1/images/tasks"
    poll = "/v1/images/tasks/{task_id}"
    page = "1"

    prompt: Prompt

    def body(self, model: str) -> dict[str, Json]:
        """Its words."""
        return {"model": model, "prompt": self.prompt}


MODELS = (
    Model(
        id="tin-toy",
        provider="uniall",
        kind=Kind.IMAGE,
        title="Tin Toy",
        operations=(Draw,),
        rate=Flat(3),
        typical_s=5,
    ),
)
'''

PLAYED = '''"""Tin toys: a picture of one size."""

from bot.simulator import checks
from bot.simulator.drafts import Draft
from bot.simulator.families import Family
from bot.simulator.made import Picture
from bot.simulator.uniall import doors


def judge(draft: Draft) -> str:
    checks.fields(draft.body, {"model": checks.text, "prompt": checks.text})
    checks.need(draft.body, "prompt")
    return "text-to-image"


FAMILY = Family(
    name="tin_toy",
    ids=("tin-toy",),
    doors=(doors.image_tasks(),),
    judge=judge,
    makes=lambda submit, inputs: Picture(size=(640, 480)),
    length_s=(1, 2),
)
'''


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(folder=tmp_path)


def test_an_id_that_the_operator_adds_is_made_with_like_any_other(house: House) -> None:
    (house.folder / "mine.toml").write_text(CHANGES)
    mine = replace(house, settings={**house.settings, "ATELIER_TOML": "mine.toml"})
    lines = ("/video a fox --model nine --duration 3", "/video a fox --model veo9-fast", "/image a fox --quality quick")
    replies = mine.replies(*lines)
    queued = {reply["job"]: reply for reply in replies if reply["kind"] == "queued"}
    done = {reply["job"]: reply for reply in replies if reply["kind"] == "done"}
    assert [(each["model"], done[job]["used_credits"]) for job, each in queued.items()] == [
        ("grok-imagine-9", 3),
        ("veo9-fast", 60),
        ("seedream_v9", 2),  # whose quality is the operator's word
    ]
    assert done.keys() == queued.keys()


def test_a_family_is_one_file_and_one_more_to_play_it(house: House, tmp_path: Path) -> None:
    for package in ("adapters", "bot", "storage"):
        shutil.copytree(ROOT / package, tmp_path / "checkout" / package, ignore=shutil.ignore_patterns("__pycache__"))
    catalogue, families = (tmp_path / "checkout" / "bot" / part / "uniall" for part in ("catalogue", "simulator"))
    (catalogue / "tin_toy.py").write_text(FAMILY)
    unplayed = replace(house, root=tmp_path / "checkout")
    (refused,) = (each for each in unplayed.replies("/image a drummer --model tin-toy") if each["kind"] != "queued")
    assert refused["kind"] == "error"
    (families / "families" / "tin_toy.py").write_text(PLAYED)
    made = unplayed.replies("/image a drummer --model tin-toy")
    assert [(each["kind"], each["model"]) for each in made] == [("queued", "tin-toy"), ("done", "tin-toy")]
    assert [(file["mime"], file["width"]) for file in made[1]["files"]] == [("image/png", 640)]
