"""Sizes of what is made. Where the pages give no pixels, the choice made here is written down."""

import math

TIERS = {"0.5K": 512, "1K": 1024, "2K": 2048, "4K": 4096, "8K": 8192}  # edge of the square picture of a Nano tier
RATIOS = ("1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9")
GRID = 16  # both sides of a Nano picture are multiples of it

Size = tuple[int, int]


def ratio(text: str) -> float:
    """Width by height of "16:9"."""
    width, height = text.split(":")
    return int(width) / int(height)


def nearest_ratio(size: Size) -> str:
    """The documented ratio that comes closest to a picture's own."""
    shape = math.log(size[0] / size[1])
    return min(RATIOS, key=lambda text: abs(math.log(ratio(text)) - shape))


def nano(model: str, aspect_ratio: str) -> Size:
    """A Nano picture: its tier is the end of its id, NanoBanana itself being 1K."""
    _, _, tier = model.partition("-")
    return tiered(tier or "1K", aspect_ratio)


def tiered(tier: str, aspect_ratio: str) -> Size:
    """A picture of about as many pixels as the tier's square has."""
    edge, shape = TIERS[tier], math.sqrt(ratio(aspect_ratio))
    return round(edge * shape / GRID) * GRID, round(edge / shape / GRID) * GRID


def pixels(size: str) -> Size:
    """Width and height of "1024x768"."""
    width, height = size.split("x")
    return int(width), int(height)


def video(size: str, shape: float) -> Size:
    """A video: `size` ("480p", "720p") is the shorter side, both sides are even."""
    short = int(size.removesuffix("p"))
    shape = min(max(shape, 9 / 21), 21 / 9)
    long = round(short * max(shape, 1 / shape) / 2) * 2
    return (long, short) if shape >= 1 else (short, long)
