"""Price formulas: credits per unit of an operation. 1 credit is about 1 US cent of the operator's cost."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from bot.catalogue._spec import Options


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A rate with more cases than fit into a line."""

    least: float  # credits of the cheapest unit
    most: float  # credits of the dearest
    one: str  # an option that decides
    other: str  # the other one


class Rate(Protocol):
    """Credits per unit of an operation."""

    def of(self, options: "Options") -> float:
        """Credits of one unit with these options."""

    def words(self) -> str:
        """The rate as the docs print it."""

    def span(self) -> Span | None:
        """From where to where it reaches; None where its words are short enough to read."""

    def times(self, factor: float) -> "Rate":
        """The same rate with every figure multiplied."""


@dataclass(frozen=True, slots=True)
class Flat:
    """The same credits for every unit."""

    credits: float

    def of(self, options: "Options") -> float:
        """Credits of one unit."""
        return self.credits

    def words(self) -> str:
        """The rate as the docs print it."""
        return f"{self.credits:g}"

    def span(self) -> None:
        """Its words are short."""

    def times(self, factor: float) -> "Flat":
        """The same rate with its figure multiplied."""
        return Flat(self.credits * factor)


@dataclass(frozen=True, slots=True)
class By:
    """Credits per unit that depend on one option."""

    option: str
    credits: Mapping[Any, float]

    def of(self, options: "Options") -> float:
        """Credits of one unit; the dearest where the operation has no such option."""
        value = getattr(options, self.option, None)
        return self.credits[value] if value in self.credits else max(self.credits.values())

    def words(self) -> str:
        """The rate as the docs print it."""
        return ", ".join(f"{value}: {credits:g}" for value, credits in self.credits.items())

    def span(self) -> None:
        """Its words are short."""

    def times(self, factor: float) -> "By":
        """The same rate with every figure multiplied."""
        return By(self.option, {value: credits * factor for value, credits in self.credits.items()})


@dataclass(frozen=True, slots=True)
class Scaled:
    """Another rate times a factor."""

    rate: Rate
    factor: float

    def of(self, options: "Options") -> float:
        """Credits of one unit."""
        return self.rate.of(options) * self.factor

    def words(self) -> str:
        """The rate as the docs print it."""
        return f"({self.rate.words()}) × {self.factor:g}"

    def span(self) -> Span | None:
        """From where to where it reaches; None where its words are short enough to read."""
        span = self.rate.span()
        if span is None:
            return None
        return replace(span, least=span.least * self.factor, most=span.most * self.factor)

    def times(self, factor: float) -> Rate:
        """The rate itself with every figure multiplied by both."""
        return self.rate.times(self.factor * factor)
