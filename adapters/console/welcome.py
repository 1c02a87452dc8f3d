"""What a newcomer is told: what this is, and what is still to be set up."""

from bot.commands.texts import Code
from bot.replies import Text, text

KEY_SETTING = "UNIALL_KEY=sk-…"
DISCORD_SETTING = "DISCORD_TOKEN=…"
TELEGRAM_SETTING = "TELEGRAM_TOKEN=…"


def setup() -> tuple[Text, ...]:
    """What to say while the simulator plays the provider."""
    return (
        text("console.simulated"),
        text("console.add_key", setting=Code(KEY_SETTING)),
        text("console.add_platforms", discord=Code(DISCORD_SETTING), telegram=Code(TELEGRAM_SETTING)),
    )


def welcome(*, simulated: bool) -> tuple[Text, ...]:
    """The first lines above the prompt."""
    example = Code(text("example.image"))
    return (text("console.welcome"), *(setup() if simulated else ()), text("console.try", example=example))


def goodbye(running: int) -> Text:
    """What becomes of the jobs that run."""
    return text("console.goodbye", n=running) if running else text("console.bye")
