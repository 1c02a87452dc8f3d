"""gpt-image-2 pictures: page 062 §5 as tasks, page 063 with answers that wait; 064 and 065 have two ids of their own.

The pages want one of 48 sizes. A member may say that size, or a shape and a resolution, from which it follows.
UNI-GPTIMG2-SYNC-ASYNC: tasks, unless the operator chooses the route `openai`. UNI-GPTIMG2-NAMES: the ids with -origin
and -auto for accounts that have them. UNI-GPTIMG2-SLASH: no slash at the end. UNI-GPTIMG2-USAGE: not needed.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal, TypeAlias, get_args

from pydantic import Field

from bot.catalogue._spec import Media, Model, Options, Produced, Prompt, Rate, Span, slim
from bot.catalogue.uniall import _pictures
from bot.errors import Problem
from bot.jobs import Output
from bot.media import Facts, MediaKind
from bot.requests import Json, Kind

# Page 062 §5.5, by the tier it prints beside each size. UNI-GPTIMG2-SIZE-LIST: other pages print shorter lists.
# fmt: off
Size1K: TypeAlias = Literal[
    "1024x768", "768x1024", "1344x1024", "1024x1344", "1280x1024", "1024x1280", "1360x768", "768x1360", "1536x864",
    "864x1536", "1024x1024", "1536x1024", "1024x1536", "2048x1024", "1024x2048", "2016x864", "864x2016",
]
Size2K: TypeAlias = Literal[
    "1920x1080", "1080x1920", "1536x1536", "2048x1360", "1360x2048", "2048x1536", "1536x2048", "2160x1440",
    "1440x2160", "2048x1152", "1152x2048", "2688x1344", "1344x2688", "2688x1152", "1152x2688", "2560x1440",
    "1440x2560", "2560x2048", "2048x2560",
]
Size4K: TypeAlias = Literal[
    "2048x2048", "2880x2880", "3264x2448", "2448x3264", "3504x2336", "2336x3504", "3840x1920", "1920x3840",
    "3840x1648", "1648x3840", "3840x2160", "2160x3840",
]
# fmt: on
Size: TypeAlias = Literal[Size1K, Size2K, Size4K]
Ratio: TypeAlias = Literal[
    "1:1", "16:9", "9:16", "4:3", "3:4", "3:2", "2:3", "5:4", "4:5", "2:1", "1:2", "21:9", "9:21"
]
Resolution: TypeAlias = Literal["1k", "2k", "4k"]

TIERS: Mapping[str, Resolution] = {
    **dict.fromkeys(get_args(Size1K), "1k"),
    **dict.fromkeys(get_args(Size2K), "2k"),
    **dict.fromkeys(get_args(Size4K), "4k"),
}
"""Size → the tier it is billed by."""


def _quotient(shape: str, by: str) -> float:
    wide, _, high = shape.partition(by)
    return int(wide) / int(high)


def _distance(size: str, ratio: str) -> float:
    return abs(_quotient(size, "x") / _quotient(ratio, ":") - 1)


def _pixels(size: str) -> int:
    wide, _, high = size.partition("x")
    return int(wide) * int(high)


def _ratio_of(size: str) -> str:
    ratios: tuple[str, ...] = get_args(Ratio)
    return min(ratios, key=lambda ratio: _distance(size, ratio))


def _chosen() -> dict[tuple[str, str], str]:
    """For a shape and a resolution the size of exactly that shape with the most pixels, else the nearest."""
    ranked = sorted(TIERS, key=lambda size: (_distance(size, _ratio_of(size)) > 1e-9, -_pixels(size)))
    chosen: dict[tuple[str, str], str] = {}
    for size in ranked:
        chosen.setdefault((_ratio_of(size), TIERS[size]), size)
    return chosen


SIZES = _chosen()
"""Shape and resolution → size."""


@dataclass(frozen=True, slots=True)
class Matrix:
    """Credits per picture by tier and quality (page 062 §5: billed by size and quality, times n)."""

    credits: Mapping[Resolution, Mapping[str, float]]

    def of(self, options: Options) -> float:
        """Credits of one picture; what is not said is the page's default, medium."""
        assert isinstance(options, GptImage)
        return self.credits[options.tier()][options.quality or "medium"]

    def words(self) -> str:
        """The rate as the docs print it."""
        return "; ".join(
            f"{tier}: " + ", ".join(f"{quality} {credits:g}" for quality, credits in row.items())
            for tier, row in self.credits.items()
        )

    def span(self) -> Span:
        """From the cheapest case to the dearest; the size's tier is what --resolution asks for."""
        prices = [credits for row in self.credits.values() for credits in row.values()]
        return Span(least=min(prices), most=max(prices), one="quality", other="size")

    def times(self, factor: float) -> "Matrix":
        """The same rate with every figure multiplied."""
        return Matrix({tier: {q: credits * factor for q, credits in row.items()} for tier, row in self.credits.items()})


class GptImage(Options):
    """What both operations take (page 062 §5.4)."""

    makes = MediaKind.IMAGE
    path = "/v1/images/tasks"
    poll = "/v1/images/tasks/{task_id}"
    constants: ClassVar[Mapping[str, str]] = {"response_format": "url"}
    presets: ClassVar[Mapping[str, Json]] = {"ratio": "1:1", "resolution": "1k"}
    task_type: ClassVar[str] = ""  # the page's own word for the operation; "": the endpoint says it

    prompt: Prompt
    ratio: Ratio | None = None
    resolution: Resolution | None = None
    size: Size | None = None
    quality: Literal["low", "medium", "high"] | None = None
    format: Literal["png", "jpeg", "webp"] | None = None
    count: Annotated[int, Field(ge=1, le=8)] = 1  # UNI-GPTIMG2-N

    @classmethod
    def preset(cls, said: Collection[str]) -> Mapping[str, Json]:
        """A size that was said needs nothing beside it."""
        return {} if "size" in said else super().preset(said)

    def problems(self, facts: Mapping[str, tuple[Facts, ...]]) -> Iterator[Problem]:
        """A size, or a shape and a resolution that together have one (UNI-GPTIMG2-SIZE-REQUIRED: always sent)."""
        if self.size:
            for name in ("ratio", "resolution"):
                if (value := getattr(self, name)) is not None:
                    yield Problem(field=name, rule="conflict", value=value, allowed=f"not beside size {self.size}")
        elif not self.ratio and not self.resolution:
            yield Problem(field="size", rule="missing", allowed=", ".join(get_args(Size)))
        elif not self.picked():
            fitting = ", ".join(tier for tier in get_args(Resolution) if (self.ratio, tier) in SIZES)
            yield Problem(field="resolution", rule="choice", value=self.resolution, allowed=fitting)

    def picked(self) -> str | None:
        """The size that is sent; of shape and resolution, the one that is not said is square or 1k."""
        return self.size or SIZES.get((self.ratio or "1:1", self.resolution or "1k"))

    def tier(self) -> Resolution:
        """What it is billed by."""
        return TIERS[self.picked() or ""]

    def units(self) -> float:
        """Pictures."""
        return self.count

    def used(self, outputs: tuple[Output, ...]) -> float:
        """Pictures that came."""
        return len(outputs)

    def body(self, model: str) -> dict[str, Json]:
        """Pages 062 §5.1 and §5.2, 063."""
        return slim(
            model=model,
            task_type=self.task_type,
            prompt=self.prompt,
            **self.references(),
            size=self.picked(),
            quality=self.quality,
            output_format=self.format,
            n=self.count,
            response_format="url",
        )

    def references(self) -> dict[str, Any]:
        """The picture fields."""
        return {}


class Text(GptImage):
    """A picture from words."""

    operation = "text-to-image"
    task_type = "text2image"
    page = "062 §5.1"


class Image(GptImage):
    """A picture from words and other pictures."""

    operation = "image-to-image"
    task_type = "image2image"
    page = "062 §5.2, §5.3"
    uploads = frozenset({"image", "images"})

    images: Annotated[tuple[Media, ...], Field(min_length=1)]

    def references(self) -> dict[str, Any]:
        """`image` for one, `images` for several, never both (page 062 §3.1)."""
        return _pictures.references(self.images)


# --- the route `openai` --------------------------------------------------------------------------------------------


class WaitingText(Text):
    """A picture from words."""

    path = "/v1/images/generations"
    poll = ""
    task_type = ""
    page = "063"


class WaitingImage(Image):
    """A picture from words and other pictures."""

    path = "/v1/images/edits"
    poll = ""
    task_type = ""
    page = "063"
    uploads = frozenset()  # the page prints addresses alone


# --- the ids of some accounts --------------------------------------------------------------------------------------


def _bare(body: Mapping[str, Json]) -> dict[str, Json]:
    """Without what the table of 065 does not have: addresses come as it is."""
    return {name: value for name, value in body.items() if name != "response_format"}


class OriginText(WaitingText):
    """A picture from words, of exactly the size said."""

    page = "065"

    def body(self, model: str) -> dict[str, Json]:
        """Page 065, "请求示例", with the count that its table asks for (UNI-GPTIMG2-N)."""
        return _bare(super().body(model))


class OriginImage(WaitingImage):
    """A picture from words and other pictures, of exactly the size said."""

    page = "064"  # it prints no body: that of 063

    def body(self, model: str) -> dict[str, Json]:
        """As 063 prints an edit."""
        return _bare(super().body(model))


class _Auto(GptImage):
    """A size that the model may choose, charged as what came (064)."""

    presets: ClassVar[Mapping[str, Json]] = {"size": "auto"}
    counts = "Pictures, by the size that came where `auto` was said; as if it were the dearest until then."

    size: Literal[Size, "auto"] | None = None  # type: ignore[assignment]

    @classmethod
    def preset(cls, said: Collection[str]) -> Mapping[str, Json]:
        """Its own choice where nothing is said of a size."""
        usual = GptImage.presets if {"ratio", "resolution"} & set(said) else cls.presets
        return {} if "size" in said else {name: value for name, value in usual.items() if name not in said}

    def tier(self) -> Resolution:
        """The dearest, as long as nobody knows the size."""
        return "4k" if self.size == "auto" else super().tier()

    def settle(self, rate: Rate, produced: Produced) -> int:
        """By the size that came."""
        came = _came(produced) if self.size == "auto" else None
        settled = self.model_copy(update={"size": came}) if came else self
        return Options.settle(settled, rate, produced)


def _came(produced: Produced) -> str | None:
    """The size with as many pixels as the largest picture that came, or the nearest; None where none was measured."""
    facts = [output.facts for outputs in produced.values() for output in outputs]
    pixels = max((each.width * each.height for each in facts if each.width and each.height), default=0)
    return min(TIERS, key=lambda size: abs(_pixels(size) - pixels)) if pixels else None


class AutoText(_Auto, OriginText):
    """A picture from words."""


class AutoImage(_Auto, OriginImage):
    """A picture from words and other pictures."""


RATE = Matrix(
    {
        "1k": {"low": 1, "medium": 4, "high": 12},
        "2k": {"low": 2, "medium": 6, "high": 18},
        "4k": {"low": 3, "medium": 9, "high": 27},
    }
)
ROUTES: Mapping[str, tuple[type[Options], ...]] = {"tasks": (Text, Image), "openai": (WaitingText, WaitingImage)}


def _gated(name: str, operations: tuple[type[Options], ...]) -> Model:
    """An id that the account's own list must name."""
    return Model(
        id=f"gpt-image-2-{name}",
        provider="uniall",
        kind=Kind.IMAGE,
        title=f"GPT Image 2 {name.title()}",
        operations=operations,
        rate=RATE,
        typical_s=45,
        gated=True,
    )


MODELS = (
    Model(
        id="gpt-image-2",
        provider="uniall",
        kind=Kind.IMAGE,
        title="GPT Image 2",
        operations=ROUTES["tasks"],
        rate=RATE,
        typical_s=45,
        aliases=("gpt-image", "gptimage"),
        route="tasks",
        routes=ROUTES,
    ),
    _gated("origin", (OriginText, OriginImage)),
    _gated("auto", (AutoText, AutoImage)),
)
