"""The field for everything else, segment by segment: first the key that is being typed, then its values."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.catalogue import _spec as spec
from bot.commands import grammar, menus, options, pairs, reading
from bot.commands.suggest import models, values
from bot.commands.suggest.form import Form
from bot.commands.suggest.suggestion import Reader, Suggestion, listed, matching
from bot.replies import text
from bot.studio import Offer

_DASH = "-‐‑–—―−﹘﹣－"
_ENDS = (" ", "\t", "\n", "　", ",", "，", "、", ";", "；")  # what ends a pair, so that another may begin
_ALWAYS = frozenset(option.name for option in options.COMMON)  # the command's own, whatever the model


@dataclass(frozen=True, slots=True, kw_only=True)
class _Typing:
    """Where in the field the member is."""

    before: str  # what stands already, to be kept as it is
    head: str = ""  # its last part, the key with its sign, where a value is being typed
    key: str = ""  # the key that is being typed
    name: str = ""  # the option whose value is being typed; "" while it is a key
    value: str = ""  # as much of its value as there is


def of_more(form: Form, typed: str, offers: Sequence[Offer], reader: Reader) -> tuple[Suggestion, ...]:
    """The whole field with the segment completed."""
    said, typing = _parted(typed)
    filled = form.besides(said)
    if typing.name:
        return listed(_values(filled, typing.name, typing, offers, reader))
    keys = _keys(filled, typing.key)
    if not keys:
        return listed(_refused(filled, typed, typing.key, reader))
    if len(keys) == 1 and typing.key:
        return listed((*_values(filled, keys[0], _behind(typing, keys[0], filled, reader), offers, reader),))
    return listed(_key(name, typing, filled, reader) for name in keys)


def _parted(typed: str) -> tuple[list[grammar.Flag], _Typing]:
    """What the field says already, and what is being typed in it."""
    found = list(pairs.scan(typed, options.vocabulary()))
    last = found[-1] if found and not _over(typed, found[-1]) else None
    whole = found[:-1] if last else found
    said = [
        grammar.Flag(name=pair.name, value=pair.value, written=pair.written)
        for pair in whole
        if pair.name and pair.value is not None
    ]
    if last is None:
        gap = "" if not typed or typed.endswith(_ENDS) else " "
        return said, _Typing(before=f"{typed}{gap}")
    if last.name and (last.signed or last.value_at < last.end):
        value = typed[last.value_at : last.end]
        return said, _Typing(
            before=typed[: last.value_at],
            head=typed[last.start : last.value_at],
            name=last.name,
            value=_unquoted(value),
        )
    key = typed[last.start : last.end]
    return said, _Typing(before=typed[: last.start], key=key.lstrip(_DASH).strip())


def _over(typed: str, last: pairs.Pair) -> bool:
    """Whether the last pair is finished: something that ends it follows, and it has all it needs."""
    quoted = typed[last.value_at : last.value_at + 1]
    if last.value is not None and quoted and quoted in grammar.QUOTES:
        return grammar.closing(typed, last.value_at) == last.end
    return typed.endswith(_ENDS) and not (last.name and last.value is None)


def _keys(form: Form, typed: str) -> list[str]:
    """The options that may be said here: what the model takes, that is not said yet, the fieldless ones first."""
    said = {flag.name for flag in form.flags} - options.several()
    given = set(form.media)
    names = dict.fromkeys((*menus.others(form.command), *menus.options_of(form.command)))
    there = [option for option in names if option.name not in said | given and _possible(form, option)]
    found = matching(typed, there, lambda option: _words(option.name))
    exact = [option for option in found if grammar.key(typed) in map(grammar.key, _words(option.name))]
    return [option.name for option in sorted(exact or found, key=_unusual)]


def _refused(form: Form, typed: str, key: str, reader: Reader) -> Iterator[Suggestion]:
    """Nothing goes on from here: the field as it stands, or why the model has no such option."""
    if not key:
        yield reader.suggestion(typed, typed)
        return
    known = [option for option in options.of_command(form.command) if not _possible(form, option)]
    for option in matching(key, known, lambda option: _words(option.name))[:1]:
        (refusal,) = values.of_option(form, option.name, "", reader)
        yield reader.suggestion(typed, refusal.label)


def _unusual(option: options.Option) -> int:
    """What the model takes comes first, then media, then what picks and asks."""
    return 2 if option.name in _ALWAYS else int(option.medium is not None)


def _possible(form: Form, option: options.Option) -> bool:
    """Whether it makes sense: a medium or a word of the command itself, or an option of the model."""
    if option.medium is not None or option.name in _ALWAYS:
        return True
    return values.takes(form, option.name)


def _words(name: str) -> tuple[str, ...]:
    """Everything an option may be called."""
    return tuple(word for word, option in options.vocabulary().names.items() if option == name)


def _key(name: str, typing: _Typing, form: Form, reader: Reader) -> Suggestion:
    """A key to go on from; a switch is whole with it."""
    behind = _behind(typing, name, form, reader)
    return reader.suggestion(behind.before, text("suggest.key", written=behind.head, about=text(f"option.{name}")))


def _behind(typing: _Typing, name: str, form: Form, reader: Reader) -> _Typing:
    """The same field, the key written: in the script that was begun, else in the reader's."""
    began = typing.key or ("比" if reader.language == "zh" else "r")
    word = menus.names(name)["en" if began.isascii() else "zh"]
    head = f"{word}{'' if _is_switch(form, name) else '='}"
    return _Typing(before=f"{typing.before}{head}", head=head, name=name)


def _is_switch(form: Form, name: str) -> bool:
    return name == "yes" or (name not in spec.MEDIA and values.is_switch(form, name))


def _values(form: Form, name: str, typing: _Typing, offers: Sequence[Offer], reader: Reader) -> Iterator[Suggestion]:
    """The field with each value; a switch stands for itself."""
    if not typing.value and not typing.before.endswith(("=", "＝", ":", "：", " ")):
        yield reader.suggestion(typing.before, text("suggest.key", written=typing.head, about=text(f"option.{name}")))
        return
    for each in _found(form, name, typing.value, offers, reader):
        value = grammar.quote(each.value) if any(c.isspace() or c in ",，、;；" for c in each.value) else each.value
        if each.value == reading.NOTHING:  # there is nothing to say: the label tells why
            yield reader.suggestion(typing.before, each.label)
        elif not value.startswith("-- "):
            yield reader.suggestion(f"{typing.before}{value}", f"{typing.head}{each.label}")


def _found(form: Form, name: str, typed: str, offers: Sequence[Offer], reader: Reader) -> tuple[Suggestion, ...]:
    """The values of one option, however it is said."""
    bare = form.without(name)
    match name:
        case "model":
            return models.of_form(bare, typed, offers, reader)
        case "quality":
            return models.of_quality(bare, typed, offers, reader)
        case "operation":
            known = dict.fromkeys(cls.operation for model in bare.models() for cls in model.operations)
            return listed(reader.suggestion(word, word) for word in matching(typed, known, lambda word: (word,)))
        case "yes":
            return listed(reader.suggestion(word, word) for word in matching(typed, ("true", "false"), lambda w: (w,)))
        case _ if name in spec.MEDIA:
            return listed([reader.suggestion(typed, typed)])
        case _:
            return values.of_option(bare, name, typed, reader)


def _unquoted(value: str) -> str:
    """A value without its quotes, the closing one perhaps not written yet."""
    if value and value[0] in grammar.QUOTES:
        closed = grammar.closing(value, 0)
        return value[1 : closed - 1] if closed else value[1:]
    return value
