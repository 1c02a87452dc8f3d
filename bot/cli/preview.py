"""`preview`: exactly what a command would send, and what it would cost, without sending it."""

import functools
import json
import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from bot.cli import _previewing
    from bot.errors import Invalid
    from bot.requests import Json

REFUSED = 2  # exit code for a request that can't be made


def preview(
    prompt: Annotated[str | None, typer.Argument(help="The words of the request.")] = None,
    model: Annotated[str, typer.Option(metavar="ID", help="The model's id or alias.")] = "",
    set_: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="An option; once for each.")
    ] = None,
    media: Annotated[
        list[str] | None, typer.Option(metavar="NAME=URL", help="A medium: its URL, or a path; once for each.")
    ] = None,
    operation: Annotated[str | None, typer.Option(help="What to do, where the media leave it open.")] = None,
    provider: Annotated[str | None, typer.Option(help="The provider, where several have the model.")] = None,
    route: Annotated[str | None, typer.Option(help="The way to the model, where there are several.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    batch: Annotated[
        bool,
        typer.Option(
            "--batch",
            help="Read one JSON object a line (model, provider, route, operation, prompt, options, media) and answer "
            "one a line, in order. Blank lines are skipped. The exit code is 0 whatever the answers say.",
        ),
    ] = False,
) -> None:
    """Show the HTTP requests that a command would cause, their price and warnings. Nothing is sent.

    Nothing is filled in that the provider requires. Exits with 2 when the request can't be made.
    """
    base_urls = _base_urls()
    if batch:
        _answer_lines(base_urls)
        return
    line: dict[str, Json] = {"model": model, "provider": provider, "route": route}
    line |= {"operation": operation, "prompt": prompt}
    _answer_one(line, set_ or [], media or [], as_json=as_json, base_urls=base_urls)


def _base_urls() -> dict[str, str]:
    from bot import catalogue
    from bot.cli import _shell

    settings = _shell.load()
    catalogue.change(settings.folders.atelier_toml)
    return {name: account.base_url for name, account in settings.accounts.items()}


def _answer_lines(base_urls: Mapping[str, str]) -> None:
    from bot.cli import _asking, _previewing

    for line in _lines():
        _print_json(_previewing.answer(functools.partial(_asking.parse, line), base_urls=base_urls))


def _lines() -> Iterator[str]:
    for raw in sys.stdin.buffer if sys.stdin is not None else ():
        line = raw.decode("utf-8", errors="replace").strip()
        if line:
            yield line


def _answer_one(
    line: "dict[str, Json]", options: list[str], media: list[str], *, as_json: bool, base_urls: Mapping[str, str]
) -> None:
    from bot import errors
    from bot.cli import _asking, _previewing

    try:
        given = {**line, "options": _asking.pairs("--set", options), "media": _asking.pairs("--media", media)}
        shown = _previewing.preview_of(_asking.ask(given), base_urls=base_urls)
    except errors.Invalid as invalid:
        _refuse(invalid, as_json=as_json)
        raise typer.Exit(REFUSED) from None
    if as_json:
        _print_json(_previewing.as_json(shown))
    else:
        _print(shown)


def _refuse(invalid: "Invalid", *, as_json: bool) -> None:
    from bot.cli import _previewing, _wording

    if as_json:
        _print_json(_previewing.as_error(invalid))
        return
    for problem in invalid.problems:
        print(_wording.sentence(problem), file=sys.stderr)


def _print_json(value: "Json") -> None:
    """One line, at once; a lone surrogate stays the escape it came as."""
    text = json.dumps(value, ensure_ascii=False)
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace") + b"\n")
    sys.stdout.buffer.flush()


# --- for eyes --------------------------------------------------------------------------------------------------


def _print(preview: "_previewing.Preview") -> None:
    from rich.console import Console

    console = Console(highlight=False, markup=False, soft_wrap=True)
    for number, sent in enumerate(preview.sent, start=1):
        if len(preview.sent) > 1:
            console.print(f"Request {number} of {len(preview.sent)}", style="bold")
        _print_request(console, sent)
    console.print(f"Price: {preview.price_credits} credits at most")
    for warning in preview.warnings:
        console.print(f"Note: {warning}", style="yellow")


def _print_request(console: "Console", sent: "_previewing.Sent") -> None:
    from bot.cli import _previewing

    console.print(f"{sent.wire.method} {sent.url}", style="bold")
    console.print(f"Content-Type: {sent.wire.content_type}")
    if not (sent.wire.uploads or sent.wire.form):
        console.print_json(json.dumps(_previewing.shown(sent.wire.body)), ensure_ascii=False)
    else:
        for name, value in sent.wire.body.items():
            console.print(f"  {name}={value}")
        for upload in sent.wire.uploads:
            console.print(f"  {upload.part}=@{upload.path}")
    console.print()
