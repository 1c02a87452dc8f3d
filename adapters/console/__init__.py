"""The console platform: a terminal, a pipe, or JSON lines."""

from adapters.console.app import ConsoleApp, Options, Streams

__all__ = ["ConsoleApp", "Options", "Streams"]
