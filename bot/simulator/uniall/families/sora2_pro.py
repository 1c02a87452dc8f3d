"""sora2-pro: pages 087, 088 and 090; UNI-SORA-PRO-LIST: as tasks only, 089 does not have them."""

from bot.simulator.families import Family
from bot.simulator.uniall.families import sora2

FAMILY = Family(
    name="sora2-pro",
    ids=("sora2-pro-720p", "sora2-pro-1080p", "sora2-pro-true-1080p"),
    doors=(sora2.TASKS,),
    judge=sora2.judge,
    makes=sora2.makes,
    length_s=(9.0, 14.0),
    failure="request rejected",
)
