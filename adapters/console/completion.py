"""What Tab offers: commands, their flags, the flags' values, files. All read off the declarations."""

from collections.abc import Iterable, Iterator

from prompt_toolkit.completion import CompleteEvent, Completer, Completion, PathCompleter
from prompt_toolkit.document import Document

from bot import catalogue, replies
from bot.commands import declaration, options, registry
from bot.commands import texts as texts_


class Declared(Completer):
    """Completes a line from the commands' declarations."""

    def __init__(self, *, texts: texts_.Texts, language: str) -> None:
        self._texts = texts
        self._language = language
        self._paths = PathCompleter(expanduser=True)

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        """What may stand where the cursor is."""
        *before, word = document.text_before_cursor.split(" ")
        if not before:
            return self._first_words(word)
        command = registry.first_words(registry.commands()).get(before[0].lstrip("/").lower())
        if command is None:
            return ()
        if word.startswith("--"):
            return _matching(word, ((option.flag, self._about(option)) for option in options.of_command(command)))
        option = next((o for o in options.of_command(command) if o.flag == before[-1]), None)
        if option is None:
            return ()
        if option.medium is not None:
            at_word = Document(word, cursor_position=len(word))
            return self._paths.get_completions(at_word, complete_event)
        return _matching(word, ((value, "") for value in _values(option, command)))

    def _about(self, option: options.Option) -> str:
        about = self._texts.plain(replies.text(f"option.{option.name}"), self._language)
        return f"{about}: {option.range}" if option.range else about

    def _first_words(self, word: str) -> Iterator[Completion]:
        for name, command in registry.commands().items():
            if f"/{name}".startswith(word) or name.startswith(word):
                summary = self._texts.plain(replies.text(command.summary), self._language)
                yield Completion(f"/{name} ", start_position=-len(word), display=f"/{name}", display_meta=summary)


def _values(option: options.Option, command: declaration.Command) -> tuple[str, ...]:
    if option.name == "model":
        return tuple(model.id for model in catalogue.MODELS.values() if model.kind in command.makes)
    return tuple(str(value) for value in option.values)


def _matching(word: str, offered: Iterable[tuple[str, str]]) -> Iterator[Completion]:
    for text, meta in offered:
        if text.lower().startswith(word.lower()):
            yield Completion(text, start_position=-len(word), display_meta=meta)
