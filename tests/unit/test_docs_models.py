"""docs/models.md is what the catalogue says."""

from pathlib import Path

from bot import catalogue
from bot.cli import docs_models

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_is_current() -> None:
    page = (ROOT / "docs" / "models.md").read_text("utf-8")
    assert page == docs_models.models_markdown(), "run `make docs`"


def test_every_option_has_a_meaning_and_no_meaning_is_left_over() -> None:
    options = {name for model in catalogue.MODELS.values() for name in model.option_names()}
    assert set(docs_models.MEANINGS) == options
