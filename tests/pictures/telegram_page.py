"""A Telegram chat in the light, as a page; drawn by hand, like nobody's own client."""

import html
from pathlib import Path

from tests.pictures import files, seen, telegram_marks

WIDTH = 520
_CSS = Path(__file__).with_name("telegram.css")


def page(scene: seen.Scene) -> str:
    """The whole page of a scene."""
    items = "".join(_line(one, scene) for one in scene.items if isinstance(one, seen.Message))
    css = _CSS.read_text("utf-8")
    head = f'<div class="head">{html.escape(scene.place)}</div>'
    return (
        f'<!doctype html><html lang="{scene.language}"><meta charset="utf-8"><style>{css}</style>{head}{items}</html>'
    )


def _line(one: seen.Message, scene: seen.Scene) -> str:
    mine = " mine" if one.mine else ""
    face = "" if one.mine else _face(one)
    rows = "".join(f'<div class="row">{"".join(_button(button) for button in row)}</div>' for row in one.rows)
    bubble = f'<div class="bubble">{_files(one)}{_inner(one, scene)}</div>'
    return f'<div class="line{mine}">{face}<div class="stack{" pressed" if rows else ""}">{bubble}{rows}</div></div>'


def _inner(one: seen.Message, scene: seen.Scene) -> str:
    words = telegram_marks.drawn(one.text, one.entities, now=one.at, language=scene.language)
    named = "" if one.mine or one.author == scene.place else f'<div class="name">{html.escape(one.author)}</div>'
    if one.files and not words and one.mine:
        return ""
    time = f'<span class="time">{one.at:%H:%M}</span>'
    return f'<div class="inner">{named}{_under(one)}<div class="words">{words}{time}</div></div>'


def _under(one: seen.Message) -> str:
    if one.under is None:
        return ""
    who, words = (html.escape(each) for each in one.under)
    return f'<div class="under"><b>{who}</b>{words.split(chr(10))[0]}</div>'


def _face(one: seen.Message) -> str:
    kind = "bot" if one.bot else "person"
    return f'<div class="face {kind}">{html.escape(one.author[:1])}</div>'


def _files(one: seen.Message) -> str:
    if not one.files:
        return ""
    many = " many" if len(one.files) > 1 else ""
    return f'<div class="files{many}">{"".join(_file(file) for file in one.files)}</div>'


def _file(file: seen.File) -> str:
    shown = files.shown(file)
    if shown.kind == "audio":
        return (
            f'<div class="sound"><span class="round"></span><span><b>{html.escape(file.name)}</b>'
            f'<div class="size">{shown.length} · {files.size(file)}</div></span></div>'
        )
    over = f'<div class="play"></div><div class="length">{shown.length}</div>' if shown.kind == "video" else ""
    return f'<div class="one"><img src="{shown.uri}" alt="">{over}</div>'


def _button(one: seen.Button) -> str:
    return f'<span class="button">{html.escape(one.label)}</span>'
