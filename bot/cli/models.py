"""`models`: what can be made with, and what it costs."""

from typing import TYPE_CHECKING, Annotated

import typer

from bot.requests import Kind

if TYPE_CHECKING:
    from bot.catalogue import _spec
    from bot.requests import Json


def models(
    kind: Annotated[Kind | None, typer.Option(help="Only models that make this.")] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """List the models with their prices."""
    from bot import catalogue
    from bot.cli import _shell

    found = [model for model in catalogue.MODELS.values() if kind in (None, model.kind)]
    if json:
        for model in found:
            _shell.show_json(_facts(model))
        return
    head = ("model", "kind", "provider", "credits", "per", "typical", "operations")
    _shell.show_table((_cells(model) for model in found), head=head)


def _cells(model: "_spec.Model") -> list[str]:
    operations = ", ".join(operation.operation for operation in model.operations)
    unit, typical = model.operations[0].unit, f"{model.typical_s:g} s"
    return [model.id, model.kind, model.provider, model.rate.words(), unit, typical, operations]


def _facts(model: "_spec.Model") -> "dict[str, Json]":
    return {
        "model": model.id,
        "kind": model.kind,
        "provider": model.provider,
        "title": model.title,
        "aliases": list(model.aliases),
        "price_credits": model.rate.words(),
        "per": model.operations[0].unit,
        "typical_s": model.typical_s,
        "operations": [operation.operation for operation in model.operations],
        "gated": model.gated,
    }
