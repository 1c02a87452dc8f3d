"""docs/models.md and the pages of the providers are what the catalogue says."""

import re
import sys
from pathlib import Path

import pytest

from bot import catalogue
from bot.cli import docs_models

ROOT = Path(__file__).resolve().parents[2]


PAGES = docs_models.pages()


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_current(path: str) -> None:
    assert (ROOT / path).read_text("utf-8") == PAGES[path], "run `make docs`"


def test_no_page_is_left_over() -> None:
    assert {f"docs/models/{page.name}" for page in (ROOT / "docs" / "models").iterdir()} == PAGES.keys() - {
        "docs/models.md"
    }


def test_every_model_stands_in_the_list_and_on_its_provider_s_page() -> None:
    for model in catalogue.MODELS.values():
        assert f"| `{model.id}`" in PAGES["docs/models.md"]
        page = PAGES[f"docs/models/{model.provider}.md"]
        assert page.count(f"- `{model.id}`: ") == 1
        assert all(f"- **{operation.operation}**: " in page for operation in model.operations)


def test_every_link_leads_to_a_heading() -> None:
    for path, text in PAGES.items():
        for page, anchor in re.findall(r"\]\(([\w/.-]*)#([^)]+)\)", text):
            there = PAGES[str(Path(path).parent / page) if page else path]
            headings = re.findall(r"^#+ (.+)$", there, re.MULTILINE)
            slugs = [re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings]
            assert slugs.count(anchor) == 1, (path, page, anchor)


def test_every_contradiction_that_a_family_reads_is_told() -> None:
    for model in catalogue.MODELS.values():
        doc = sys.modules[model.operations[0].__module__].__doc__ or ""
        for sign in re.findall(r"\b(?:UNI|NEX|PXZ|LLM)-[A-Z0-9-]+\b", doc):
            assert sign in PAGES[f"docs/models/{model.provider}.md"], sign


def test_every_option_has_a_meaning_and_no_meaning_is_left_over() -> None:
    options = {name for model in catalogue.MODELS.values() for name in model.option_names()}
    assert set(docs_models.MEANINGS) == options
