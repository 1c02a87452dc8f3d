"""`docs`: write the documents that are generated from the code."""

from pathlib import Path
from typing import Annotated

import typer


def docs(
    folder: Annotated[Path, typer.Option(metavar="DIR", help="The checkout to write into.")] = Path("."),
) -> None:
    """Write docs/models.md, docs/models/, docs/commands.md, docs/settings.md and .env.example anew."""
    for name, text in texts().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(path)


def texts() -> dict[str, str]:
    """Every generated document by its path in the checkout."""
    from bot import settings
    from bot.cli import docs_models
    from bot.commands import documents

    return {
        **docs_models.pages(),
        "docs/commands.md": documents.commands_markdown(),
        "docs/settings.md": settings.settings_markdown(),
        ".env.example": settings.env_example(),
    }
