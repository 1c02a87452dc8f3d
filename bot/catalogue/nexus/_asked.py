"""What every operation of nexus has in common: the pictures that it may be given (图片格式要求).

That they should have 4096 pixels a side at most is advice, and not checked.
"""

from collections.abc import Iterator, Mapping

from bot.catalogue._spec import MEDIA, Options, mime_of
from bot.errors import Problem
from bot.media import Facts, MediaKind

KINDS: Mapping[str, str] = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WebP"}


class Asked(Options):
    """What is asked of nexus."""

    def problems(self, facts: Mapping[str, tuple[Facts, ...]]) -> Iterator[Problem]:
        """Pictures of other kinds; an address that nobody opened is known by its ending."""
        for name in self.media_fields():
            for kind in _kinds(getattr(self, name), facts.get(name, ())):
                if kind.startswith(MediaKind.IMAGE) and MEDIA[name] is MediaKind.IMAGE and kind not in KINDS:
                    yield Problem(field=name, rule="type", value=kind, allowed=", ".join(KINDS.values()))


def _kinds(given: str | tuple[str, ...] | None, measured: tuple[Facts, ...]) -> list[str]:
    handles = (given,) if isinstance(given, str) else given or ()
    return [each.mime for each in measured] or [mime_of(handle.partition("?")[0]) for handle in handles]
