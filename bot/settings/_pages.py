"""The pages that are generated from the settings: `.env.example` and docs/settings.md."""

from pydantic_settings import BaseSettings

from bot.settings._concerns import CONCERNS, env_name


def _default_text(concern: type[BaseSettings], field: str) -> str:
    default = concern.model_fields[field].get_default()
    if isinstance(default, tuple):
        return ",".join(default)
    return "" if default is None else str(default)


def env_example() -> str:
    """The text of `.env.example`: every setting with its default, commented out."""
    blocks = ["# Copy this file to .env and set what you need. Every setting has a default.\n"]
    for concern in CONCERNS:
        lines = [f"# {concern.__doc__}"]
        for field, info in concern.model_fields.items():
            lines += [f"# {info.description}", f"#{env_name(concern, field)}={_default_text(concern, field)}"]
        blocks.append("\n".join(lines) + "\n")
    return "\n".join(blocks)


def settings_markdown() -> str:
    """The text of docs/settings.md."""
    blocks = [
        "# Settings\n\nRead from the environment or a file `.env` beside the bot; the environment wins. "
        "An empty value counts as not set.\n"
    ]
    for concern in CONCERNS:
        rows = [
            f"| `{env_name(concern, field)}` | {_default_text(concern, field) or '—'} | {info.description} |"
            for field, info in concern.model_fields.items()
        ]
        head = ["| setting | default | meaning |", "| --- | --- | --- |"]
        blocks.append("\n".join([f"## {concern.__name__}\n", f"{concern.__doc__}\n", *head, *rows]) + "\n")
    return "\n".join(blocks)
