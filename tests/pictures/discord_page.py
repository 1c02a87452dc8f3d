"""A Discord channel in the dark, as a page; drawn by hand, like nobody's own client."""

import html
from pathlib import Path
from typing import assert_never

from tests.pictures import discord_marks, files, seen

WIDTH = 720
_CSS = Path(__file__).with_name("discord.css")
_OWN = {  # what the client itself says
    "en": {"used": "{who} used {what}", "only": "Only you can see this", "gone": "Dismiss message", "cancel": "Cancel",
           "send": "Submit", "tag": "APP", "now": "Today"},
    "zh": {"used": "{who} 使用了 {what}", "only": "仅自己可见", "gone": "忽略消息", "cancel": "取消",
           "send": "提交", "tag": "应用", "now": "今天"},
}  # fmt: skip


def page(scene: seen.Scene) -> str:
    """The whole page of a scene."""
    items = "".join(_item(one, scene.language) for one in scene.items)
    css = _CSS.read_text("utf-8")
    head = f'<div class="head">{html.escape(scene.place)}</div>'
    return (
        f'<!doctype html><html lang="{scene.language}"><meta charset="utf-8"><style>{css}</style>{head}{items}</html>'
    )


def _item(one: seen.Item, language: str) -> str:
    match one:
        case seen.Message():
            return _message(one, language)
        case seen.Choices():
            return _choices(one)
        case seen.Form():
            return _form(one)
        case other:
            assert_never(other)


def _message(one: seen.Message, language: str) -> str:
    own = _OWN[language]
    tag = f'<span class="tag">{own["tag"]}</span>' if one.bot else ""
    name = (
        f'<span class="name">{html.escape(one.author)}</span>{tag}<span class="time">{own["now"]} {one.at:%H:%M}</span>'
    )
    words = discord_marks.drawn(one.text, now=one.at, language=language, people=one.people)
    private = " private" if one.private else ""
    only = f'<div class="only">{own["only"]} · <span>{own["gone"]}</span></div>' if one.private else ""
    return (
        f'<div class="message{private}">{_above(one, language)}{_face(one)}<div>{name}</div>'
        f'<div class="words">{words}</div>{_files(one)}{_rows(one)}{only}</div>'
    )


def _face(one: seen.Message) -> str:
    kind = "bot" if one.bot else "person"
    return f'<div class="face {kind}">{html.escape(one.author[:1])}</div>'


def _above(one: seen.Message, language: str) -> str:
    if one.used is not None:
        who, what = (html.escape(each) for each in one.used)
        said = _OWN[language]["used"].format(who=f"<b>{who}</b>", what=f'<span class="command">{what}</span>')
    elif one.under is not None:
        who, words = one.under
        line = discord_marks.drawn(words.split("\n")[0], now=one.at, language=language, people=one.people)
        said = f"<b>{html.escape(who)}</b> {line}"
    else:
        return ""
    return f'<div class="above">{said}</div>'


def _files(one: seen.Message) -> str:
    if not one.files:
        return ""
    many = " many" if len(one.files) > 1 else ""
    return f'<div class="files{many}">{"".join(_file(file) for file in one.files)}</div>'


def _file(file: seen.File) -> str:
    shown = files.shown(file)
    picture = f'<img src="{shown.uri}" alt="">'
    if shown.kind == "image":
        return picture
    if shown.kind == "video":
        return f'<div class="clip">{picture}<div class="play"></div><div class="length">{shown.length}</div></div>'
    return (
        f'<div class="sound"><div class="title">{html.escape(file.name)}</div>'
        f'<div class="size">{files.size(file)}</div>'
        f'<div class="bar"><span class="small"></span>0:00 / {shown.length}<span class="line"></span></div></div>'
    )


def _rows(one: seen.Message) -> str:
    return "".join(f'<div class="row">{"".join(_button(button) for button in row)}</div>' for row in one.rows)


def _button(one: seen.Button) -> str:
    return f'<span class="button{" primary" if one.primary else ""}">{html.escape(one.label)}</span>'


def _choices(one: seen.Choices) -> str:
    offered = "".join(f'<div class="one">{html.escape(label)}</div>' for label in one.labels)
    filled = "".join(_field(name, value) for name, value in one.filled.items())
    return (
        f'<div class="choosing"><div class="offered"><div class="what">{html.escape(one.field)}</div>{offered}</div>'
        f'<div class="typed">/{html.escape(one.command)}{filled}{_field(one.field, one.typed + "▏")}</div></div>'
    )


def _field(name: str, value: str) -> str:
    return f'<span class="field"><b>{html.escape(name)}</b> {html.escape(value)}</span>'


def _form(one: seen.Form) -> str:
    own = _OWN[one.language]
    star = " <i>*</i>" if one.required else ""
    return (
        f'<div class="form"><h1>{html.escape(one.title)}</h1><div class="label">{html.escape(one.label)}{star}</div>'
        f'<div class="input"></div><div class="foot"><span class="button">{own["cancel"]}</span>'
        f'<span class="button primary">{own["send"]}</span></div></div>'
    )
