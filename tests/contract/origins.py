"""What a status points to, for tests of providers."""

from bot import ports


def sources(status: ports.Status) -> list[list[ports.Source]]:
    """Per output the places to try; the status must hold no files of its own."""
    for output in status.outputs:
        for origin in output:
            assert isinstance(origin, ports.Source)
    return [[origin for origin in output if isinstance(origin, ports.Source)] for output in status.outputs]


def urls(status: ports.Status) -> tuple[tuple[str, ...], ...]:
    """Their addresses."""
    return tuple(tuple(source.url for source in output) for output in sources(status))


def contents(status: ports.Status) -> list[bytes]:
    """What came within the answer, one each."""
    return [origin.content for output in status.outputs for origin in output if isinstance(origin, ports.Inline)]


def words(status: ports.Status) -> list[str]:
    """The same as text."""
    return [content.decode() for content in contents(status)]
