"""Mia and Ben on Discord: everything that is photographed there, played once in each language."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.acceptance.chat_house import ChatHouse
from tests.discord_server import File as Sent
from tests.discord_server import remote
from tests.pictures import house as houses
from tests.pictures import seen
from tests.pictures.discord_table import Json, Table
from tests.pictures.words import WORDS, Words

TOKEN = "MTEw.played.token-of-the-bot"


@dataclass(slots=True, kw_only=True)
class Cast:
    """A guild's people at its table, and the bot's house."""

    house: ChatHouse
    table: Table
    guild: int
    mia: int
    ben: int
    words: Words

    async def made(self, name: str, prompt: str, **options: object) -> Json:
        """Something Mia asks for, when it is done."""
        asked = await self.table.slash(self.mia, name, {"prompt": prompt, **options})
        return await self.table.answer(asked, user=self.mia, true=lambda one: one["files"])

    async def ended(self, name: str, prompt: str, **options: object) -> Json:
        """Something Mia asks for that fails."""
        asked = await self.table.slash(self.mia, name, {"prompt": prompt, **options})
        ends = (self.words.button_retry, self.words.button_reword)
        return await self.table.answer(asked, user=self.mia, true=lambda one: any(_has(one, end) for end in ends))


async def scenes(folder: Path) -> list[seen.Scene]:
    """Everything on Discord."""
    found: list[seen.Scene] = []
    async with remote.spawned(TOKEN) as served:
        settings = {
            "DISCORD_TOKEN": TOKEN,
            "DISCORD_API_URL": served.api,
            "DISCORD_GATEWAY_URL": served.gateway,
            "DISCORD_CDN_URL": served.cdn,
        }
        async with houses.opened(folder, settings) as house:
            await house.start(ready="logged in to Discord")
            await _listening(served, house)
            for language in ("en", "zh"):
                cast = await _cast(served, house, language)
                found += await _language(cast)
            await house.stop()
            await house.start(ready="logged in to Discord", **houses.POOR)
            await _listening(served, house)
            found.append(await _poor(served, house))
            await house.stop()
    return found


async def _listening(served: remote.Remote, house: ChatHouse) -> None:
    """The bot has its commands there; it hears what is said from then on."""

    async def there() -> object:
        return await served("commands") and (await served("gateway_state"))["connected"]

    await house.true(there)


async def _cast(served: remote.Remote, house: ChatHouse, language: str) -> Cast:
    words = WORDS[language]
    mia = await served("user", name=words.mia, locale=words.locale)
    ben = await served("user", name=words.ben, locale=words.locale)
    guild = await served("guild", name=words.club, members=[mia, ben], owner=mia, locale=words.locale)
    channel = await served("channel", guild=guild, name=words.channel)
    table = Table(remote=served, channel=channel, people={mia: words.mia, ben: words.ben})
    return Cast(house=house, table=table, guild=guild, mia=mia, ben=ben, words=words)


async def _language(cast: Cast) -> list[seen.Scene]:
    found = [await _life(cast), await _trouble(cast)]
    found.append(await _question(cast))
    if cast.words.language == "en":
        found += [await _album(cast), await _moving(cast)]
        found += [await _lists(cast), await _jobs(cast), await _forms(cast)]
        found.append(await _rights(cast))
    return found


def _scene(cast: Cast, name: str, about: str, *items: seen.Item, place: str = "") -> seen.Scene:
    language = cast.words.language
    suffix = "" if language == "en" else f"-{language}"
    head = place or f"# {cast.words.channel}"
    return seen.Scene(
        name=f"discord-{name}{suffix}", platform="discord", language=language, place=head, about=about, items=items
    )


async def _life(cast: Cast) -> seen.Scene:
    """In line, in the making with and without a percentage, done."""
    table, mia, words = cast.table, cast.mia, cast.words
    done = await table.shot(await cast.made("image", words.fox))
    await houses.fault(cast.house, "slow", model="grok-imagine")
    clip = await table.slash(mia, "video", {"prompt": words.fox_runs, "duration": "6"})
    filming = await table.answer(clip, user=mia, true=lambda one: "▰▰" in one["content"])
    bar = await table.shot(filming)
    await houses.fault(cast.house, "slow", model="minimax-music-2.6")
    song = await table.slash(mia, "music", {"prompt": words.piano})
    plain = await table.answer(song, user=mia, true=lambda one: words.composing in one["content"])
    composing = await table.shot(plain)
    await houses.fault(cast.house, "slow", model="NanoBanana2-1K")
    third = await table.slash(mia, "image", {"prompt": words.owl})
    await table.answer(third, user=mia, true=lambda one: words.painting in one["content"])
    last = await table.slash(mia, "image", {"prompt": words.boat})
    waiting = await table.answer(last, user=mia)
    queued = await table.shot(waiting)
    await table.press(mia, waiting, words.button_cancel)
    gone = await table.message(mia, lambda one: words.cancelled in one["content"])
    cancelled = await table.shot(gone)
    stopped = await _stopped(cast, filming)
    about = words.about_life
    return _scene(cast, "life-of-a-job", about, done, bar, composing, queued, cancelled, stopped)


async def _stopped(cast: Cast, running: Json) -> seen.Message:
    """A clip that is being made is no longer wanted."""
    table = cast.table
    await table.press(cast.mia, running, cast.words.button_stop)
    said = await table.message(cast.mia, lambda one: cast.words.stopped in one["content"])
    return await table.shot(said)


async def _trouble(cast: Cast) -> seen.Scene:
    """What goes wrong, and what it costs: nothing."""
    table, words, model = cast.table, cast.words, "gpt-image-2"
    await houses.fault(cast.house, "fail", model=model)
    failed = await table.shot(await cast.ended("image", words.harbour, model=model))
    await houses.fault(cast.house, "refuse-late", model=model)
    refused = await table.shot(await cast.ended("image", words.duel, model=model))
    await houses.fault(cast.house, "429", model=model, times=3, retry_after_s=20)
    asked = await table.slash(cast.mia, "image", {"prompt": words.harbour, "model": model})
    busy = await table.shot(await table.answer(asked, user=cast.mia, true=lambda one: words.crowded in one["content"]))
    return _scene(cast, "trouble", words.about_trouble, failed, refused, busy)


async def _question(cast: Cast) -> seen.Scene:
    """The price is asked first; what is left and where it went."""
    table, words = cast.table, cast.words
    options = {"prompt": words.fox, "model": "NanoBananaPro-4K", "count": "4"}
    asked = await table.slash(cast.mia, "image", options)
    question = await table.shot(await table.answer(asked, user=cast.mia))
    shown = await table.slash(cast.mia, "credits")
    credits = await table.shot(await table.answer(shown, user=cast.mia))
    hidden = await table.slash(cast.mia, "image", {"prompt": words.owl, "private": True, "model": "NanoBanana"})
    private = await table.shot(await table.answer(hidden, user=cast.mia, true=lambda one: one["files"]))
    wrong = await table.slash(cast.mia, "image", {"prompt": words.owl, "ratio": "7:3"})
    refused = await table.shot(await table.answer(wrong, user=cast.mia))
    return _scene(cast, "for-your-eyes", words.about_private, question, credits, private, refused)


async def _album(cast: Cast) -> seen.Scene:
    table, words = cast.table, cast.words
    await houses.calm(cast.house)
    four = await table.shot(await cast.made("image", words.owl, count="4"))
    await houses.fault(cast.house, "partial", model="gpt-image-2")
    part = await table.shot(await cast.made("image", words.boat, count="4", model="gpt-image-2"))
    return _scene(cast, "pictures", "Four pictures, and four of which two arrived.", four, part)


async def _moving(cast: Cast) -> seen.Scene:
    table, words = cast.table, cast.words
    clip = await table.shot(await cast.made("video", words.fox_runs, duration="3", resolution="480p"))
    song = await table.shot(await cast.made("music", words.piano, instrumental=True))
    face = Sent(name="portrait.png", data=await houses.portrait(cast.house), content_type="image/png")
    asked = await table.slash(cast.mia, "talk", {"prompt": words.birthday, "image": face})
    talk = await table.shot(await table.answer(asked, user=cast.mia, true=lambda one: one["files"]))
    return _scene(cast, "clip-song-talk", "A clip, a song and a talking picture.", clip, song, talk)


async def _lists(cast: Cast) -> seen.Scene:
    """What there is to choose from, and what can be said."""
    table, mia = cast.table, cast.mia
    asked = [await table.slash(mia, name, {}) for name in ("help", "models")]
    asked.insert(1, await table.slash(mia, "help", {"command": "music"}))
    shown = [await table.shot(await table.answer(one, user=mia)) for one in asked]
    return _scene(cast, "lists", "`/help`, `/help music` and `/models`.", *shown)


async def _jobs(cast: Cast) -> seen.Scene:
    """The list, one of them, its receipt, and a command without a word."""
    table, mia = cast.table, cast.mia
    listed = await table.shot(await table.answer(await table.slash(mia, "jobs"), user=mia))
    made = await table.message(mia, lambda one: one["files"] and one["author_id"] != mia and not one["ephemeral"])
    job = made["files"][0]["name"].partition(".")[0]
    card = await table.answer(await table.slash(mia, "jobs", {"job": job, "action": "show"}), user=mia)
    shown = await table.shot(card)
    settings = await table.shot(await table.answer(await table.slash(mia, "settings"), user=mia))
    bare = await table.shot(await table.answer(await table.slash(mia, "edit", {"prompt": "at night"}), user=mia))
    return _scene(cast, "jobs", "`/jobs`, one job, `/settings`, and a command that lacks something.",
                  listed, shown, settings, bare)  # fmt: skip


async def _forms(cast: Cast) -> seen.Scene:
    """What is suggested while a form is filled in, and the form of a right click."""
    table, mia, words = cast.table, cast.mia, cast.words
    models = await table.choices(mia, "image", "model", {"prompt": words.fox, "model": "na"})
    lengths = await table.choices(mia, "video", "duration", {"prompt": words.fox_runs, "duration": ""})
    made = await table.message(mia, lambda one: one["files"] and one["files"][0]["content_type"] == "image/png")
    clicked = await table.remote("message_menu", user=mia, message=made["id"], name="Edit this")
    form = await table.form(clicked, language="en")
    return _scene(cast, "forms", "What `model` and `duration` suggest, and the form of a right click.",
                  models, lengths, form)  # fmt: skip


async def _rights(cast: Cast) -> seen.Scene:
    """A channel where the bot may not attach files."""
    table, words = cast.table, cast.words
    channel = await table.remote("channel", guild=cast.guild, name="no-files")
    bot = next(one["author_id"] for one in await table.looked(cast.mia) if one["author"] == "Atelier")
    await table.remote("permit", channel=channel, target=bot, deny=["attach_files", "embed_links"])
    there = Table(remote=table.remote, channel=channel, people=table.people)
    asked = await there.slash(cast.mia, "image", {"prompt": words.fox})
    told = await there.shot(await there.answer(asked, user=cast.mia))
    return _scene(cast, "rights", "A channel where the bot lacks permissions.", told, place="# no-files")


async def _poor(served: remote.Remote, house: ChatHouse) -> seen.Scene:
    """Somebody new with little to spend."""
    cast = await _cast(served, house, "en")
    table = cast.table
    asked = await table.slash(cast.mia, "video", {"prompt": cast.words.fox_runs, "duration": "6"})
    few = await table.shot(await table.answer(asked, user=cast.mia))
    late = await table.slash(cast.ben, "image", {"prompt": cast.words.fox})
    new = await table.shot(await table.answer(late, user=cast.ben))
    credits = await table.shot(await table.answer(await table.slash(cast.ben, "credits"), user=cast.ben))
    return _scene(
        cast,
        "too-few",
        "Too few credits, an allowance that isn't open yet, and what that member has.",
        few,
        new,
        credits,
    )


def _has(one: Mapping[str, object], label: str) -> bool:
    buttons = one["buttons"]
    assert isinstance(buttons, list)
    return any(str(button["label"]).startswith(label) for button in buttons)
