"""/models: what there is to choose from, with price, usual time and availability."""

from bot import errors, studio
from bot.commands import grammar, making, menus
from bot.commands.declaration import Asking, Command
from bot.commands.texts import Code, Seconds
from bot.replies import Reply, Text, text
from bot.requests import Kind

KIND_WORDS = {
    **dict.fromkeys(("picture", "pictures", "images"), Kind.IMAGE),
    "图片": Kind.IMAGE,
    **dict.fromkeys(("clip", "clips", "videos"), Kind.VIDEO),
    "视频": Kind.VIDEO,
    **dict.fromkeys(("song", "songs"), Kind.MUSIC),
    "音乐": Kind.MUSIC,
    "语音": Kind.SPEECH,
    **dict.fromkeys(("voices", "音色"), Kind.VOICE),
    "朗读": Kind.SPEECH,
    "talk": Kind.AVATAR,
    "数字人": Kind.AVATAR,
    "文字": Kind.CHAT,
    **{kind.value: kind for kind in Kind},
}
"""How a kind may be called."""


async def models(asking: Asking) -> Reply:
    """List the models of one kind or of all."""
    word = asking.text.strip().lower()
    offers = await asking.studio.offers(kind_of(word) if word else None)
    lines: list[Text] = []
    for kind in Kind:
        of_kind = [offer for offer in offers if offer.model.kind is kind]
        if of_kind:
            lines.append(text("models.kind", kind=text(f"kinds.{kind}"), flag=Code(_named("model", asking))))
            lines.extend(_line(offer, asking) for offer in of_kind)
    return Reply(lines=tuple(lines), private=True, facts={"models": [_facts(offer) for offer in offers]})


def kind_of(word: str) -> Kind:
    """The kind somebody means. Raises Invalid."""
    if kind := KIND_WORDS.get(word.lower()):
        return kind
    allowed = ", ".join(kind.value for kind in Kind)
    near = grammar.nearest(word, [kind.value for kind in Kind])
    raise errors.Invalid(errors.Problem(field="kind", rule="choice", value=word, allowed=near or allowed))


def _named(option: str, asking: Asking) -> str:
    """How an option is said where the reader is."""
    return menus.field_name(option, asking) if asking.form else f"--{option}"


def _line(offer: studio.Offer, asking: Asking) -> Text:
    model = offer.model
    line = text("models.offer", id=Code(model.id), rate=making.rate_text(model), took=Seconds(offer.typical_s))
    if not offer.available:
        return text("models.line_closed", line=line, why=text(f"why.{offer.why}"))
    if not model.tier:
        return line
    between = ": " if asking.form else " "
    return text("models.line_tier", line=line, tier=Code(f"{_named('quality', asking)}{between}{model.tier}"))


def _facts(offer: studio.Offer) -> dict[str, object]:
    model = offer.model
    return {
        "model": model.id,
        "title": model.title,
        "kind": model.kind.value,
        "provider": model.provider,
        "price": model.rate.words(),
        "unit": model.operations[0].unit,
        "typical_s": offer.typical_s,
        "available": offer.available,
        "why": offer.why,
    }


COMMAND = Command(
    name="models",
    words=("模型",),
    rank=7,
    fields=("kind",),
    summary="summary.models",
    examples=("example.models", "example.models_kind"),
    handler=models,
)
