"""The options of commands, read off the catalogue: flags, menus, help and documents all come from here."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, get_args, get_origin

from pydantic.fields import FieldInfo

from bot import catalogue, media, requests
from bot.catalogue import _spec as spec
from bot.commands import following, grammar
from bot.commands.declaration import Command

LISTED = 14  # values that a line of help names; a longer list ends with …

TIERS = ("quick", "good", "best")
"""What --quality picks a model by."""

TIER_WORDS: Mapping[str, str] = {"快": "quick", "好": "good", "最好": "best"}

_WORDS = frozenset({"ratio", "resolution", "size", "duration", "count", "seed", "negative", "format", "sound"})
"""Words that are flags on every platform, whether a model of today takes them or not."""

_PROSE = frozenset(
    {"prompt", "shots", "negative", "lyrics", "style", "preview", "description", "name"}
)  # free text: never narrowed, never cut
CHINESE: Mapping[str, str] = {
    # a Chinese word → the option it names; the first of several is the one that is shown
    "描述": "prompt",
    "模型": "model",
    "质量": "quality",
    "方式": "operation",
    "延长": "extend",
    "放大": "upscale",
    "描述图片": "describe",
    "比例": "ratio",
    "清晰度": "resolution",
    "尺寸": "size",
    "时长": "duration",
    "秒": "duration",
    "数量": "count",
    "种子": "seed",
    "不要": "negative",
    "有声": "sound",
    "配乐": "music",
    "原声": "soundtrack",
    "贴合度": "guidance",
    "分镜": "shots",
    "镜头切换": "shot_type",
    "元素": "elements",
    "模式": "mode",
    "扩写": "expand",
    "水印": "watermark",
    "超分": "upsample",
    "循环": "loop",
    "风格化": "stylize",
    "变化": "chaos",
    "版本": "version",
    "原图比重": "weight",
    "相似度": "resemblance",
    "细节": "detail",
    "附记": "state",
    "固定镜头": "camera_fixed",
    "附尾帧": "last_frame",
    "草稿": "draft",
    "帧数": "frames",
    "服务档位": "service_tier",
    "过期秒数": "expires_after",
    "声音": "voice",
    "格式": "format",
    "背景": "background",
    "歌词": "lyrics",
    "纯音乐": "instrumental",
    "润色": "polish",
    "风格": "style",
    "神态": "style",
    "朗读模型": "speech",
    "语速": "speed",
    "音量": "volume",
    "音调": "pitch",
    "情绪": "emotion",
    "语言": "language",
    "要求": "system",
    "错峰": "off_peak",
    "采样率": "sample_rate",
    "比特率": "bitrate",
    "声道": "channel",
    "读音": "pronunciation",
    "字幕": "subtitles",
    "混合音色": "blend",
    "名字": "name",
    "试听": "preview",
    "备注": "description",
    "降噪": "denoise",
    "匀音量": "normalize",
    "准确度": "accuracy",
    "图片": "image",
    "多图": "images",
    "尾图": "last",
    "蒙版": "mask",
    "视频": "video",
    "多视频": "videos",
    "音频": "audio",
    "多音频": "audios",
}
"""Options in Chinese, as flags and as the names of forms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One option of a command, over all models that take it."""

    name: str
    values: tuple[requests.Json, ...] = ()  # what may be said; () when it is free
    open: bool = True  # whether other values may be said too
    low: float | None = None
    high: float | None = None
    longest: int | None = None  # characters
    switch: bool = False  # on or off: no value needed
    several: bool = False  # whether it may be given more than once
    medium: media.MediaKind | None = None  # what file it takes; None where it takes none
    models: tuple[str, ...] = ()  # ids that take it; () for an option of the command itself

    @property
    def flag(self) -> str:
        """As it is typed: --sample-rate."""
        return flag(self.name)

    @property
    def range(self) -> str:
        """Its values or its range, ready to read; "" when anything goes."""
        if self.switch:
            return ""
        if self.values:
            listed = ", ".join(_shown(v) for v in self.values[:LISTED])
            return f"{listed}, …" if self.open or len(self.values) > LISTED else listed
        low, high = spec.number(self.low), spec.number(self.high)
        if low and high:
            return f"{low} to {high}" if low.startswith("-") else f"{low}–{high}"
        return f"≥ {low}" if low else f"≤ {high}" if high else ""


COMMON = (
    Option(name="model"),
    Option(name="quality", values=TIERS, open=False),
    Option(name="operation"),
    Option(name="yes", switch=True),
)
"""What every making command takes, whatever the model."""

_EXTEND = Option(name="extend")
OWN: Mapping[str, tuple[Option, ...]] = {
    "edit": (_EXTEND, Option(name="upscale", switch=True), Option(name="describe", switch=True)),
    "video": (_EXTEND,),
}
"""What one command takes besides; a switch for what is made without words only where a model can make it."""


def flag(name: str) -> str:
    """An option's name as it is typed."""
    return f"--{name.replace('_', '-')}"


@functools.cache
def not_yet() -> frozenset[str]:
    """Our words that no model takes."""
    return _WORDS - {o.name for model in catalogue.MODELS.values() for o in of_model(model)}


@functools.cache
def several() -> frozenset[str]:
    """Options that may be given more than once, media left out."""
    options = (o for model in catalogue.MODELS.values() for o in of_model(model))
    return frozenset(o.name for o in options if o.several and o.medium is None)


def is_prose(name: str) -> bool:
    """Whether an option is free text that is passed on letter by letter."""
    return name in _PROSE


@functools.cache
def of_kinds(kinds: tuple[requests.Kind, ...]) -> tuple[Option, ...]:
    """Everything models of these kinds take, media first, each option once."""
    found: dict[str, Option] = {}
    for model in catalogue.MODELS.values():
        if model.kind in kinds:
            for option in of_model(model):
                known = found.get(option.name)
                found[option.name] = _both(known, option) if known else option
    ranked = sorted(found.values(), key=lambda o: o.medium is None)
    return tuple(o for o in ranked if o.name != "prompt")


def of_command(command: Command) -> tuple[Option, ...]:
    """Everything one command takes: its own first, then its models'."""
    if not command.makes:
        return ()
    found = of_kinds(command.makes)
    own = (option for option in OWN.get(command.name, ()) if following.is_there(option.name))
    common = {option.name: option for option in (*COMMON, *own)}
    first = (_with_own_values(option, found, command.makes) for option in common.values())
    media = (option for name in command.media if (option := _medium(name, found)))
    rest = (option for option in found if option.name not in common and option.medium is None)
    return (*first, *media, *rest)


def _medium(name: str, found: tuple[Option, ...]) -> Option | None:
    """A medium that a model takes, unless that is off: under this name, or the one for several."""
    taken = [option for option in found if option.name in (name, f"{name}s") and not all(map(_is_off, option.models))]
    return replace(taken[0], name=name) if taken else None


def _is_off(model: str) -> bool:
    return model in catalogue.MODELS and catalogue.MODELS[model].off


def _with_own_values(common: Option, found: tuple[Option, ...], kinds: tuple[requests.Kind, ...]) -> Option:
    """--quality takes the models' own words beside ours; --operation what any of them can do."""
    if common.name == "operation":
        models = (m for m in catalogue.MODELS.values() if m.kind in kinds)
        values = tuple(dict.fromkeys(cls.operation for m in models for cls in m.operations))
        return replace(common, values=values, open=False)
    theirs = [value for option in found if option.name == common.name for value in option.values]
    return replace(common, values=tuple(dict.fromkeys((*common.values, *theirs))))


def of_model(model: spec.Model) -> tuple[Option, ...]:
    """What one model takes over all its operations, media included."""
    found: dict[str, Option] = {}
    for operation in model.operations:
        hidden = operation.measured()
        for name, info in operation.model_fields.items():
            if name not in hidden:
                option = _option(name, info, model.id)
                found[name] = _both(found[name], option) if name in found else option
    return tuple(found.values())


@functools.cache
def vocabulary() -> grammar.Vocabulary:
    """Every flag of every making command: one that a model does not take is told apart from one nobody knows."""
    options = [o for model in catalogue.MODELS.values() for o in of_model(model)]
    known = _WORDS | {o.name for o in (*options, *COMMON, *(o for own in OWN.values() for o in own))} | set(spec.MEDIA)
    names = {alias: name for alias, name in spec.ALIASES.items() if name in known}
    names |= {word: name for word, name in CHINESE.items() if name in known}
    names |= {name: name for name in known}
    valued = {o.name for o in options if not o.switch}
    own = {o.name for each in OWN.values() for o in each if o.switch}
    switches = ({o.name for o in options if o.switch} | own | {"yes"}) - valued
    return grammar.Vocabulary(names=names, switches=frozenset(switches), lists=frozenset({"negative"}))


def _option(name: str, info: FieldInfo, model: str) -> Option:
    bounds = spec.bounds_of(info)
    values = spec.values_of(info)
    numbers = bool(values) and all(isinstance(value, int) and not isinstance(value, bool) for value in values)
    return Option(
        name=name,
        values=values,
        open=not values or spec.is_open(info),
        low=min(values) if numbers else bounds.low,
        high=max(values) if numbers else bounds.high,
        longest=bounds.longest,
        switch=_is_switch(info.annotation),
        several=_is_several(info.annotation),
        medium=spec.MEDIA.get(name),
        models=(model,),
    )


def _both(one: Option, other: Option) -> Option:
    """What either takes; a range of numbers and a list of some are the range."""
    ranged = any(o.low is not None and not o.values for o in (one, other))
    return replace(
        one,
        values=() if ranged else tuple(dict.fromkeys((*one.values, *other.values))),
        open=one.open or other.open,
        low=_widest(min, one.low, other.low),
        high=_widest(max, one.high, other.high),
        switch=one.switch and other.switch,
        several=one.several or other.several,
        models=tuple(dict.fromkeys((*one.models, *other.models))),
    )


def _widest(pick: Any, one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else float(pick(one, other))


def _is_switch(hint: object) -> bool:
    return hint is bool or any(_is_switch(arg) for arg in get_args(hint) if arg is not hint)


def _is_several(hint: object) -> bool:
    return get_origin(hint) is tuple or any(_is_several(arg) for arg in get_args(hint))


def _shown(value: requests.Json) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
