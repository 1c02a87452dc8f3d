"""Clips: the two forms that veo and sora share, 视频统一格式 and OpenAI 视频格式, and a price for each second.

NEX-DURATION: 5 to 10 seconds for veo and 5 to 20 for sora, the ranges that the page prints for some ids of each.
NEX-SIZE: each form has its own words. NEX-IMAGES: addresses.
"""

from typing import Literal, TypeAlias

from bot.catalogue._spec import Prompt, seconds_of
from bot.catalogue.nexus import _asked
from bot.jobs import Output
from bot.media import MediaKind

Wide: TypeAlias = Literal["16:9", "9:16"]


class Clip(_asked.Asked):
    """What every operation takes."""

    makes = MediaKind.VIDEO
    unit = "second"

    prompt: Prompt

    def reckoned_s(self) -> int:
        """Seconds to reckon with where none are said."""
        raise NotImplementedError

    def units(self) -> float:
        """Seconds asked for, or those that such a clip usually has."""
        return getattr(self, "duration", None) or self.reckoned_s()

    def used(self, outputs: tuple[Output, ...]) -> float:
        """Seconds that came, never more than reckoned with."""
        return min(self.units(), seconds_of(outputs) or self.units())


class Unified(Clip):
    """视频统一格式."""

    path = "/v1/video/create"
    poll = "/v1/video/query?id={task_id}"


class OpenAi(Clip):
    """OpenAI 视频格式: a form, whether a picture goes along or not."""

    path = "/v1/videos"
    poll = "/v1/videos/{task_id}"
    form = True
