"""The operator's own changes to the models: what they do, and how a bad one is answered."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot import catalogue, errors
from bot.catalogue import _spec
from bot.catalogue._prices import By
from bot.requests import Kind
from tests import made_up
from tests.made_up import shelf

__all__ = ["shelf"]

EXAMPLE = Path(__file__).parents[2] / "docs" / "atelier.example.toml"


@pytest.fixture(autouse=True)
def _shelf_as_it_was() -> Iterator[None]:
    before = catalogue.everything()
    yield
    catalogue.arrange(before)


def changed(text: str, id: str = "grok-imagine") -> catalogue.Model:
    """A model after the changes that a file says."""
    catalogue.arrange(catalogue.Changes(text, name="atelier.toml").applied(catalogue.everything()))
    return next(model for model in catalogue.everything() if model.id == id)


def price(model: catalogue.Model, **said: Any) -> int:
    return catalogue.prepare(model, {"prompt": "a fox", **said}, media={}, presets=True).quote(model.rate)


def test_a_model_is_renamed_and_found_by_more_names() -> None:
    text = '[models."grok-imagine"]\ntitle = "The filmer"\naliases = ["filmer"]\ntypical_s = 9\nquality = "best"'
    model = changed(text)
    assert (model.title, model.typical_s, model.tier) == ("The filmer", 9, "best")
    assert catalogue.find("FILMER") == catalogue.find("grok") == model
    assert catalogue.pick(Kind.VIDEO, "best") == model


def test_a_hidden_model_is_offered_to_nobody_and_its_jobs_go_on() -> None:
    model = changed('[models."NanoBanana2-1K"]\nhidden = true', id="NanoBanana2-1K")
    assert model.hidden
    assert "NanoBanana2-1K" not in catalogue.MODELS
    assert catalogue.pick(Kind.IMAGE, "good").id != "NanoBanana2-1K"
    with pytest.raises(errors.Invalid):
        catalogue.find("NanoBanana2-1K")


def test_a_price_is_one_number_or_one_for_each_value_or_a_factor() -> None:
    before = catalogue.find("grok-imagine")
    assert price(changed('[models."grok-imagine"]\nprice = 2.5'), duration=4) == 10
    catalogue.arrange([replace(m, rate=before.rate) if m.id == before.id else m for m in catalogue.everything()])
    partly = changed('[models."grok-imagine"]\nprice = {"720p" = 10}')
    assert partly.rate == By("resolution", {"480p": 4, "720p": 10})
    assert price(changed('[models."gpt-image-2"]\nprice_factor = 2', id="gpt-image-2"), quality="high") == 24


def test_a_new_id_is_like_one_that_is_known() -> None:
    model = changed('[models."grok-9"]\nlike = "grok-imagine"\nprice = 1\naliases = ["nine"]', id="grok-9")
    known = catalogue.find("grok-imagine")
    assert (model.title, model.operations, model.tier) == ("grok-9", known.operations, "")
    assert catalogue.find("nine") == model
    options = catalogue.prepare(model, {"prompt": "a fox", "duration": 5}, media={})
    assert options.wire(model.id).body["model"] == "grok-9"


@pytest.mark.usefixtures("shelf")
def test_what_is_documented_in_part_is_off_until_it_is_turned_on() -> None:
    drawn = next(model for model in made_up.MODELS if model.id == "made-up-picture")
    partly = replace(drawn, id="partly", unverified=True, kind=Kind.CHAT)
    catalogue.arrange((*(m for m in catalogue.everything() if m.kind is not Kind.CHAT), partly))
    assert catalogue.find("partly").off
    with pytest.raises(errors.Invalid):
        catalogue.pick(Kind.CHAT)
    assert not changed('[models."partly"]\non = true', id="partly").off
    assert catalogue.pick(Kind.CHAT).id == "partly"


@pytest.mark.usefixtures("shelf")
def test_another_route_is_the_same_model() -> None:
    ways: dict[str, tuple[type[_spec.Options], ...]] = {"draw": (made_up.Draw,), "later": (made_up.Later,)}
    drawn = next(model for model in made_up.MODELS if model.id == "made-up-picture")
    model = replace(drawn, id="two-ways", operations=ways["draw"], route="draw", routes=ways)
    catalogue.arrange((*catalogue.everything(), model))
    other = changed('[models."two-ways"]\nroute = "later"', id="two-ways")
    assert (other.route, other.operations) == ("later", (made_up.Later,))
    with pytest.raises(errors.OperatorError, match=r"line 2: two-ways has no route chat; it has draw, later\."):
        changed('[models."two-ways"]\nroute = "chat"')


@pytest.mark.usefixtures("shelf")
def test_a_route_that_a_model_does_not_go_by_fails_at_import() -> None:
    drawn = next(model for model in made_up.MODELS if model.id == "made-up-picture")
    lost = replace(drawn, id="lost", route="draw", routes={"later": (made_up.Later,)})
    with pytest.raises(catalogue.Shelved, match="lost goes by the route “draw”"):
        catalogue.arrange((*catalogue.everything(), lost))


def test_only_providers_at_work_are_picked() -> None:
    catalogue.change(None, providers=["elsewhere"])
    assert catalogue.pick(Kind.IMAGE).provider == "uniall"  # there is no other
    elsewhere = replace(catalogue.find("NanoBanana"), id="elsewhere", provider="elsewhere", aliases=())
    catalogue.arrange((*catalogue.everything(), elsewhere), providers=["elsewhere"])
    assert catalogue.pick(Kind.IMAGE, "best").id == "elsewhere"
    assert [m.id for m in catalogue.MODELS.values() if catalogue.is_open(m)] == ["elsewhere"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[models.grok-imagine]\ntitle = ", "line 2: invalid value"),
        ('[models."grok-imagine"]\n\ntitle = 5', "line 3: title must be a text in quotes, and not 5"),
        ('\n[models."grok-imagin"]\nprice = 5', "line 2: there is no model grok-imagin. Did you mean grok-imagine?"),
        ('[models."grok-imagine"]\nprise = 5', "line 2: prise is nothing that can be changed. Did you mean price?"),
        ('[models."grok-imagine"]\nprice = 0', "line 2: price must be a number above 0, and not 0"),
        ('[models."grok-imagine"]\nprice = true', "line 2: price must be a number or a table, and not True"),
        ('[models."grok-imagine"]\nprice = {"8k" = 5}', "line 2: 8k is no resolution of grok-imagine; these are: 480p"),
        ('[models."grok-imagine"]\nprice = {"480p" = "x"}', "line 2: the price for 480p must be a number above 0"),
        ('[models."gpt-image-2"]\nprice = {"1k" = 5}', "say one number or a price_factor"),
        ('[models."grok-imagine"]\nprice = 5\nprice_factor = 2', "line 3: price and price_factor can't both be said"),
        ('[models."grok-imagine"]\naliases = ["two words"]', "line 2: 'two words' is no name that can be typed"),
        ('[models."grok-imagine"]\naliases = ["nano"]', "line 2: nano is both"),
        ('[models."grok-imagine"]\nquality = "superb"', "line 2: quality must be quick, good, best or none"),
        ('[models."grok-imagine"]\nroute = "chat"', "line 2: grok-imagine has no route chat; it has only one"),
        ('[models."grok-imagine"]\nlike = "NanoBanana"', "line 2: grok-imagine is there already"),
        (
            '[models."new"]\nlike = "NanoBanan"',
            "line 2: there is no model NanoBanan to be like. Did you mean NanoBanana?",
        ),
        ("[models.veo3.1]\nprice = 5", 'stands in quotes: [models."veo3.1"]'),
        ("[model.x]\nprice = 5", "line 1: there is no [model] here"),
        ("prices = 5", "line 1: there is no [prices] here"),
        ("models = 5", "`models` is no table"),
        ("[models]\ngrok = 5", 'write [models."grok"]'),
        ('[models."a"]\nlike = "grok-imagine"\n[models."a"]', "line 3: "),
        ('[models."grok-imagine".price]\n"480p" = 2\n"9p" = 2', "line 3: 9p is no resolution of grok-imagine"),
        ('[models."grok-imagine"]\nprice = {"480p" = inf}', "line 2: the price for 480p must be a number above 0"),
        ('[models."grok-imagine"]\nprice = {}', "line 2: price says nothing"),
        ('[models."grok-imagine"]\nprice = nan', "line 2: price must be a number above 0, and not nan"),
        ('[models."grok-imagine"]\nprice = 1e9', "line 2: price must be a number above 0 and below 1,000,000"),
        ('# price = 0\n[models."grok-imagine"]\ntitle = """\na\nprice = 0\n"""', "line 3: title must be a line of 1"),
        ('[models]\n"grok-imagine".price = 0', "line 2: price must be a number above 0"),
        ("models = {'grok-imagine' = {price = 0}}", "line 1: price must be a number above 0"),
        ('[models."grok\\u002dimagine"]\n\nprice = 0', "line 3: price must be a number above 0"),
        ('[[models."grok-imagine"]]\nprice = 2', 'line 1: write [models."grok-imagine"]'),
        ('[models."grok-imagine"]\ntitle = " "', "line 2: title must be a line of 1 to 60 characters"),
        ('[models."grok-imagine"]\naliases = [\n  "x",\n  "--yes",\n]', "line 2: '--yes' is no name that can be typed"),
        ('[models."a b"]\nlike = "grok-imagine"', "line 1: 'a b' is no id: write it as the provider does"),
        ('[models.""]\nlike = "grok-imagine"', "line 1: '' is no id"),
        ('[models."nano"]\nprice = 2', "line 1: there is no model nano. Did you mean NanoBanana?"),
        ('[models."new"]\nlike = "GROK"', "line 2: there is no model GROK to be like. Did you mean grok-imagine?"),
        ('[models."new"]\nlike = "new"', "line 2: there is no model new to be like."),
        (
            '[models."b"]\nlike = "a"\n[models."a"]\nlike = "grok-imagine"',
            "line 2: there is no model a to be like. It is made further down: put it first.",
        ),
        ('[models."GROK-Imagine"]\nlike = "grok-imagine"', "GROK-Imagine is both grok-imagine and GROK-Imagine"),
    ],
)
def test_a_bad_line_is_named_with_its_reason(text: str, says: str) -> None:
    before = catalogue.everything()
    with pytest.raises(errors.OperatorError) as caught:
        changed(text)
    assert says in str(caught.value)
    assert str(caught.value).startswith("atelier.toml, line ")
    assert catalogue.everything() == before


@pytest.mark.parametrize("model", catalogue.everything(), ids=lambda model: model.id)
def test_every_model_takes_every_change(model: catalogue.Model) -> None:
    text = (
        f'[models."{model.id}"]\ntitle = "Mine"\naliases = ["my-own"]\nhidden = false\non = true\n'
        f'quality = "best"\nprice_factor = 2\ntypical_s = 7\nroute = "{model.route}"\n'
        f'[models."my-new"]\nlike = "{model.id}"\nprice = 9\n'
    )
    found = changed(text if model.routes else text.replace('route = ""\n', ""), id=model.id)
    assert (found.title, found.tier, found.typical_s, found.off) == ("Mine", "best", 7, False)
    assert found.rate.words() == f"({model.rate.words()}) × 2"
    assert catalogue.find("MY-OWN") == found
    new = catalogue.find("my-new")
    assert (new.like, new.rate.words(), new.title, new.off) == (model.id, "9", "my-new", False)
    catalogue.change(None)
    for way in model.routes:
        assert changed(f'[models."{model.id}"]\nroute = "{way}"', id=model.id).operations == model.routes[way]
    with pytest.raises(errors.OperatorError, match=rf"line 2: {re.escape(model.id)} has no route nowhere; it has "):
        changed(f'[models."{model.id}"]\nroute = "nowhere"')


def test_a_file_that_can_not_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(errors.OperatorError, match=r"ATELIER_TOML=.*No such file"):
        catalogue.change(tmp_path / "no.toml")
    (tmp_path / "latin.toml").write_bytes(b"# \xe9")
    with pytest.raises(errors.OperatorError, match="not UTF-8"):
        catalogue.change(tmp_path / "latin.toml")


def test_the_example_changes_what_it_says() -> None:
    catalogue.change(EXAMPLE)
    assert catalogue.find("painter").title == "Quick painter"
    assert catalogue.find("grok-imagine-2").rate == By("resolution", {"480p": 5, "720p": 8})
    assert "NanoBananaPro-4K" not in catalogue.MODELS
