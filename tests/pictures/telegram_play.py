"""Mia and Ben on Telegram: everything that is photographed there, played once in each language."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.acceptance.chat_house import ChatHouse
from tests.pictures import house as houses
from tests.pictures import seen
from tests.pictures.telegram_table import Json, Table
from tests.pictures.words import WORDS, Words
from tests.telegram_server import remote

IMAGE, VIDEO, SONG = "NanoBanana2-1K", "grok-imagine", "minimax-music-2.6"


@dataclass(slots=True, kw_only=True)
class Cast:
    """A group and Mia's private chat, and the bot's house."""

    house: ChatHouse
    table: Table  # the group
    private: Table
    ben: int
    words: Words


async def scenes(folder: Path) -> list[seen.Scene]:
    """Everything on Telegram."""
    found: list[seen.Scene] = []
    async with remote.started() as served:
        settings = {"TELEGRAM_TOKEN": served.token, "TELEGRAM_API_URL": served.url}
        async with houses.opened(folder, settings) as house:
            await house.start(ready="telegram")
            for number, language in enumerate(("en", "zh")):
                found += await _language(await _cast(served, house, language, first=4711 + 10 * number))
            await house.stop()
            await house.start(ready="telegram", **houses.POOR)
            found.append(await _few(await _cast(served, house, "en", first=5711)))
            await house.stop()
    return found


async def _cast(served: remote.Remote, house: ChatHouse, language: str, *, first: int) -> Cast:
    words = WORDS[language]
    code = "zh-hans" if language == "zh" else "en"
    mia, ben = first, first + 1
    await served.act("create_user", first_name=words.mia, language_code=code, id=mia)
    await served.act("create_user", first_name=words.ben, language_code=code, id=ben)
    await served.act("private", user_id=mia)
    group = await served.act("supergroup", title=words.club, creator_id=mia, members=[ben])
    people = {mia: words.mia, ben: words.ben}
    return Cast(
        house=house,
        table=Table(remote=served, chat=group["id"], looker=mia, people=people),
        private=Table(remote=served, chat=mia, looker=mia, people=people),
        ben=ben,
        words=words,
    )


async def _language(cast: Cast) -> list[seen.Scene]:
    found = [await _life(cast), await _trouble(cast), await _question(cast)]
    if cast.words.language == "en":
        found += [await _album(cast), await _moving(cast), await _lists(cast), await _jobs(cast), await _offers(cast)]
        found.append(await _rights(cast))
    return found


def _scene(cast: Cast, name: str, about: str, *items: seen.Item, private: bool = False, group: str = "") -> seen.Scene:
    language = cast.words.language
    suffix = "" if language == "en" else f"-{language}"
    place = "Atelier" if private else group or cast.words.club
    return seen.Scene(
        name=f"telegram-{name}{suffix}", platform="telegram", language=language, place=place, about=about, items=items
    )


async def _life(cast: Cast) -> seen.Scene:
    """In line, in the making with and without a percentage, done; in a group, with Ben looking on."""
    table, words, house = cast.table, cast.words, cast.house
    asked = await table.say(f"/image {words.fox}")
    done = [await table.shot(asked), await table.shot(await table.after(asked, lambda m: m["media"]))]
    await houses.fault(house, "slow", model=VIDEO)
    clip = await table.say(f"/video {words.fox_runs} --duration 6")
    filming = await table.after(clip, lambda m: "▰▰" in m["text"])
    bar = [await table.shot(clip), await table.shot(filming)]
    await houses.fault(house, "slow", model=SONG)
    song = await table.say(f"/music {words.piano}")
    composing = await table.after(song, lambda m: words.composing in m["text"])
    plain = [await table.shot(song), await table.shot(composing)]
    await houses.fault(house, "slow", model=IMAGE)
    third = await table.say(f"/image {words.owl}")
    await table.after(third, lambda m: words.painting in m["text"])
    last = await table.say(f"/image {words.boat}")
    waiting = await table.after(last)
    queued = [await table.shot(last), await table.shot(waiting)]
    await table.press(waiting, words.button_cancel)
    cancelled = await table.shot(await table.after(last, lambda m: words.cancelled in m["text"]))
    await table.press(filming, words.button_stop)
    return _scene(cast, "life-of-a-job", words.about_life, *done, *bar, *plain, *queued, cancelled)


async def _trouble(cast: Cast) -> seen.Scene:
    """What goes wrong, and what it costs: nothing."""
    table, words, model = cast.table, cast.words, "gpt-image-2"
    items: list[seen.Item] = []
    for name, prompt, ended, more in (
        ("fail", words.harbour, words.button_retry, {}),
        ("refuse-late", words.duel, words.button_reword, {}),
        ("429", words.boat, words.crowded, {"times": 3, "retry_after_s": 20}),
    ):
        await houses.fault(cast.house, name, model=model, **more)
        asked = await table.say(f"/image {prompt} --model {model}")

        def fits(m: Json, ended: str = ended) -> bool:
            return ended in m["text"] or any(b["text"].startswith(ended) for row in m["buttons"] for b in row)

        items += [await table.shot(asked), await table.shot(await table.after(asked, fits))]
    return _scene(cast, "trouble", words.about_trouble, *items)


async def _question(cast: Cast) -> seen.Scene:
    """The price is asked first; what is left and where it went; a value that can't be."""
    items = []
    for said in (f"/image {cast.words.fox} --model NanoBananaPro-4K --count 4", "/credits",
                 f"/image {cast.words.owl} --ratio 7:3"):  # fmt: skip
        items += await _answered(cast.private, said)
    return _scene(cast, "for-your-eyes", cast.words.about_private, *items, private=True)


async def _answered(table: Table, said: str, true: Any = bool) -> list[seen.Message]:
    asked = await table.say(said)
    return [await table.shot(asked), await table.shot(await table.after(asked, true))]


async def _album(cast: Cast) -> seen.Scene:
    """Four pictures: an album can't have buttons, so that they stand below it."""
    table, words = cast.table, cast.words
    asked = await table.say(f"/image {words.owl} --count 4")
    album = await table.after(asked, lambda m: m["media_group_id"])
    below = await table.after(asked, lambda m: len(m["buttons"]) and not m["media"] and len(m["buttons"][0]) > 1)
    items = [await table.shot(one) for one in (asked, album, below)]
    return _scene(cast, "pictures", "Four pictures in an album, with the receipt and the buttons beside it.", *items)


async def _moving(cast: Cast) -> seen.Scene:
    """A clip, a song, a talking picture."""
    table = cast.private
    items: list[seen.Item] = []
    for said in (f"/video {cast.words.fox_runs} --duration 3 --resolution 480p",
                 f"/music {cast.words.piano} --instrumental"):  # fmt: skip
        items += await _answered(table, said, _has_files)
    face = await houses.portrait(cast.house)
    caption = f'/talk "{cast.words.birthday}"'
    sent = await table.send("photo", face, name="portrait.png", mime="image/png", caption=caption)
    items += [await table.shot(sent), await table.shot(await table.after(sent, _has_files))]
    return _scene(cast, "clip-song-talk", "A clip, a song and a talking picture.", *items, private=True)


def _has_files(one: Json) -> bool:
    return one["media"] is not None


async def _lists(cast: Cast) -> seen.Scene:
    items = []
    for said in ("/help", "/help music", "/models"):
        items += await _answered(cast.private, said)
    return _scene(cast, "lists", "`/help`, `/help music` and `/models`.", *items, private=True)


async def _jobs(cast: Cast) -> seen.Scene:
    """The list, one of them with its receipt, settings, and commands without a word."""
    table = cast.private
    items = await _answered(table, "/jobs")
    job = items[-1].text.split(" ", 1)[0]
    for said in (f"/jobs show {job}", f"/jobs receipt {job}", "/settings", "/image", "/edit"):
        items += await _answered(table, said)
    return _scene(cast, "jobs", "`/jobs`, one job, its receipt, `/settings`, and commands without a word.",
                  *items, private=True)  # fmt: skip


async def _offers(cast: Cast) -> seen.Scene:
    """Words and a file without a command."""
    table = cast.private
    items = await _answered(table, cast.words.fox)
    sent = await table.send("photo", await houses.portrait(cast.house), name="portrait.png", mime="image/png")
    items += [await table.shot(sent), await table.shot(await table.after(sent))]
    items += await _answered(table, "hello!")
    return _scene(cast, "bare", "A bare sentence, a bare picture and a greeting.", *items, private=True)


async def _rights(cast: Cast) -> seen.Scene:
    """A group where the bot may not send pictures, and somebody whose private chat is shut."""
    remote, words = cast.table.remote, cast.words
    chat = await remote.act("supergroup", title="Quiet Club", creator_id=cast.ben, members=[cast.table.looker])
    table = Table(remote=remote, chat=chat["id"], looker=cast.table.looker, people=cast.table.people)
    await remote.act("mute", chat_id=chat["id"], kinds=["photo", "document"])
    items = await _answered(table, f"/image {words.fox}", lambda m: words.button_cancel not in str(m["buttons"]))
    asked = await table.say("/credits", user=cast.ben)
    items += [await table.shot(asked), await table.shot(await table.after(asked))]
    return _scene(cast, "rights", "Missing permissions, and an answer for somebody whose private chat isn't open.",
                  *items, group="Quiet Club")  # fmt: skip


async def _few(cast: Cast) -> seen.Scene:
    """Somebody new with little to spend."""
    items = await _answered(cast.private, f"/video {cast.words.fox_runs} --duration 6")
    items += await _answered(cast.private, "/credits")
    return _scene(cast, "too-few", "Too few credits, and what there is.", *items, private=True)
