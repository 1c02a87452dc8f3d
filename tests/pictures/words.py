"""What people say on the pictures, and by what the bot's answers are recognised, in both languages."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One language's people, prompts, and beginnings of the bot's own texts."""

    language: str
    locale: str
    mia: str
    ben: str
    club: str
    channel: str
    fox: str
    fox_runs: str
    owl: str
    boat: str
    harbour: str
    duel: str
    piano: str
    birthday: str
    # the bot's
    painting: str
    composing: str
    crowded: str
    cancelled: str
    stopped: str
    button_cancel: str
    button_stop: str
    button_retry: str
    button_reword: str
    # sentences of docs/pictures/README.md
    about_life: str
    about_trouble: str
    about_private: str


WORDS: Mapping[str, Words] = {
    "en": Words(
        language="en",
        locale="en-US",
        mia="Mia",
        ben="Ben",
        club="Pixel Club",
        channel="art",
        fox="a red fox in snow",
        fox_runs="the red fox runs through deep snow",
        owl="an owl made of folded paper",
        boat="a wooden boat at dawn, watercolour",
        harbour="a harbour at night, long exposure",
        duel="two knights in a bloody duel",
        piano="calm piano for a rainy evening",
        birthday="Happy birthday, Ben!",
        painting="Painting",
        composing="Composing",
        crowded="crowded",
        cancelled="is cancelled",
        stopped="no provider takes that back",
        button_cancel="Cancel",
        button_stop="Stop",
        button_retry="Try again",
        button_reword="Edit prompt",
        about_life="The life of a job: in line, in the making with and without a percentage, done, cancelled, stopped.",
        about_trouble="A failure, a refusal with the provider's own words, and a crowded provider.",
        about_private="A question about the price, credits, a private picture, and a value that can't be.",
    ),
    "zh": Words(
        language="zh",
        locale="zh-CN",
        mia="小米",
        ben="阿本",
        club="像素社",
        channel="绘画",
        fox="雪地里的红狐狸",
        fox_runs="红狐狸跑过厚厚的雪地",
        owl="纸折的猫头鹰",
        boat="清晨的木船，水彩",
        harbour="夜晚的港口，长曝光",
        duel="两位骑士血腥决斗",
        piano="雨夜的安静钢琴曲",
        birthday="阿本，生日快乐！",
        painting="正在绘制",
        composing="正在作曲",
        crowded="人很多",
        cancelled="已取消",
        stopped="不支持撤回",
        button_cancel="取消",
        button_stop="不再显示",
        button_retry="再试一次",
        button_reword="换个说法",
        about_life="The same in Chinese: in line, in the making, done, cancelled, stopped.",
        about_trouble="The same troubles in Chinese.",
        about_private="A question about the price and what only one member sees, in Chinese.",
    ),
}
