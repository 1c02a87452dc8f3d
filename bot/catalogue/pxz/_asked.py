"""What all of pxz's models have in common: one address, and an envelope with the parameters in it (请求参数).

PXZ-QUERY: the document prints no way to ask for a result, so nothing is polled: its end is called back. PXZ-IMAGE-TYPE:
a list of pictures or one, as each model's table has it.
"""

from bot.catalogue._spec import Options, Prompt, slim
from bot.media import MediaKind
from bot.requests import Json


class Asked(Options):
    """What every operation takes."""

    path = "/api/openapi/submit"
    poll = ""

    prompt: Prompt

    def body(self, model: str) -> dict[str, Json]:
        """请求示例: whatever a model is told lies in `params`."""
        return {"model": model, "params": slim(prompt=self.prompt, **self.params())}

    def params(self) -> dict[str, Json]:
        """What lies beside the prompt, by the page's names."""
        raise NotImplementedError


class Picture(Asked):
    """A picture."""

    makes = MediaKind.IMAGE

    def params(self) -> dict[str, Json]:
        """The tables of 图片生成模型."""
        tier: str | None = getattr(self, "resolution", None)
        return {
            "image_url": list(getattr(self, "images", ())) or getattr(self, "image", None),
            "aspect_ratio": getattr(self, "ratio", None),
            "resolution": tier.upper() if tier else getattr(self, "quality", None),  # 1K with a capital letter
            "format": getattr(self, "format", None),
        }


class Clip(Asked):
    """A clip."""

    makes = MediaKind.VIDEO

    def params(self) -> dict[str, Json]:
        """The tables of 视频生成模型."""
        return {
            "image_url": getattr(self, "image", None),
            "end_image_url": getattr(self, "last", None),
            "aspect_ratio": getattr(self, "ratio", None),
        }
