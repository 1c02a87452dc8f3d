"""Status words that no page lists: their tasks are asked after again, and each word is logged once."""

from collections.abc import Callable

import structlog

log = structlog.get_logger(__name__)

MOST = 100  # words remembered as logged; a provider that makes up more is not worth a full disk


class UnknownWords:
    """The words that one provider said and nobody knows."""

    def __init__(self, provider: str, *, words: Callable[[object], str]) -> None:
        """`words` makes what a provider said fit to be written down."""
        self._provider = provider
        self._words = words
        self._logged: set[str] = set()

    def note(self, word: str) -> None:
        """Log a word that wasn't met before."""
        if word in self._logged or len(self._logged) >= MOST:
            return
        self._logged.add(word)
        log.warning("unknown status word", provider=self._provider, word=self._words(word))
