"""Wan and CogView pictures: 文生图. Neither shape nor size can be said."""

from bot.catalogue._spec import Flat, Model
from bot.catalogue.llmage import _asked
from bot.media import MediaKind
from bot.requests import Json, Kind


class Text(_asked.Task):
    """A picture from words."""

    operation = "text-to-image"
    makes = MediaKind.IMAGE
    path = "/llmage/v1/image/generations"
    page = "文生图"
    category = "t2i"

    negative: str | None = None

    def settings(self) -> dict[str, Json]:
        """上传数据要求."""
        return {"negative_prompt": self.negative}


def _model(id: str, title: str, credits: float, typical_s: float, tier: str = "", *aliases: str) -> Model:
    return Model(
        id=id,
        provider="llmage",
        kind=Kind.IMAGE,
        title=title,
        operations=(Text,),
        rate=Flat(credits),
        typical_s=typical_s,
        tier=tier,
        aliases=aliases,
    )


MODELS = (
    _model("wan2.2-t2i-plus", "Wan 2.2 Plus", 3, 25, "good", "wan-picture"),
    _model("wan2.5-t2i-preview", "Wan 2.5 Preview", 4, 30),
    _model("wan2.2-t2i-flash", "Wan 2.2 Flash", 2, 12, "quick"),
    _model("cogview-3-flash", "CogView 3 Flash", 1, 12, "", "cogview"),
)
