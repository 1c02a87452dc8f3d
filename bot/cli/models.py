"""`models`: what can be made with, and what it costs."""

from typing import TYPE_CHECKING, Annotated

import typer

from bot.requests import Kind

if TYPE_CHECKING:
    from bot.catalogue import _spec
    from bot.requests import Json
    from bot.settings import Settings


def models(
    kind: Annotated[Kind | None, typer.Option(help="Only models that make this.")] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """List the models with their prices, and why one is not offered here, as far as the settings tell."""
    from bot import catalogue
    from bot.cli import _shell

    settings = _shell.load()
    catalogue.change(settings.folders.atelier_toml)
    found = [(m, _why_off(m, settings)) for m in catalogue.everything() if kind in (None, m.kind)]
    if json:
        for model, why in found:
            _shell.show_json(_facts(model, why))
        return
    head = ("model", "kind", "provider", "credits", "per", "typical", "operations", "off")
    _shell.show_table((_cells(model, why) for model, why in found), head=head)


def _why_off(model: "_spec.Model", settings: "Settings") -> str:
    """Why it is not offered here; "" when it is. What a provider's own list says is not asked."""
    if not settings.simulated and model.provider not in settings.keys:
        return f"{model.provider.upper()}_KEY is not set"
    if model.off:
        return "documented in part only: turn it on in atelier.toml when you have tried it"
    if model.hidden:
        return "hidden in atelier.toml"
    if not settings.voice.cloning and model.operation("clone") is not None:
        return "VOICE_CLONING is off"
    told = model.provider == "pxz" and not settings.pxz.way_to_results and not settings.simulated
    if told and settings.web.public_url is None:
        return "its results need PUBLIC_URL, or PXZ_RESULT_PATH if you know where to ask for them"
    return ""


def _cells(model: "_spec.Model", why: str) -> list[str]:
    operations = ", ".join(operation.operation for operation in _all(model))
    unit, typical = model.operations[0].unit, f"{model.typical_s:g} s"
    return [model.id, model.kind, model.provider, model.rate.words(), unit, typical, operations, why]


def _all(model: "_spec.Model") -> "tuple[type[_spec.Options], ...]":
    """What can be asked of it, its results' own buttons included."""
    return (*model.operations, *model.pressed)


def _facts(model: "_spec.Model", why: str) -> "dict[str, Json]":
    return {
        "model": model.id,
        "kind": model.kind,
        "provider": model.provider,
        "title": model.title,
        "aliases": list(model.aliases),
        "price_credits": model.rate.words(),
        "per": model.operations[0].unit,
        "typical_s": model.typical_s,
        "operations": [operation.operation for operation in _all(model)],
        "paths": list(dict.fromkeys(operation.path for operation in _all(model))),
        "gated": model.gated,
        "unverified": model.unverified,
        "route": model.route,
        "routes": list(model.routes),
        "available": not why,
        "why": why,
    }
