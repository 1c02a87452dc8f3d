"""The operator's accounts with providers: keys, addresses and limits, one class each."""

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings

from bot.settings._base import Address, Key, OpenAddress, config


class Account(BaseSettings):
    """What every provider's account has."""

    key: Key | None = Field(None, description="Your key. Without any provider's key, a simulator plays them all.")
    base_url: Address = Field("", description="The provider's address.")
    submits: int | None = Field(
        None, ge=1, le=1000, description="Requests being sent to it at once; not set: LIMIT_SUBMITS."
    )
    blocking: int | None = Field(
        None, ge=1, le=1000, description="Requests held open for their result at once; not set: LIMIT_BLOCKING."
    )

    spend_day: int | None = Field(
        None, ge=0, le=1_000_000_000, description="Credits a day (UTC) that you spend with it; not set: no limit."
    )
    spend_month: int | None = Field(
        None, ge=0, le=1_000_000_000, description="Credits a month (UTC) that you spend with it; not set: no limit."
    )

    alert_below: float | None = Field(
        None,
        ge=0,
        allow_inf_nan=False,
        description="Alert in the log and in /health when its balance falls below that, in its own currency.",
    )

    @property
    def worth(self) -> float | None:
        """What one of its own credits costs, in credits of ours; None where nobody said, or it reports none."""
        return None

    @property
    def way_to_results(self) -> str:
        """Where results are asked for, when only the operator knows; with {task_id}."""
        return ""


class Uniall(Account):
    """The provider uniall."""

    model_config = config("UNIALL_")

    base_url: Address = Field("https://api.aijisu.cn", description="The provider's address.")


class Llmage(Account):
    """The provider llmage (元境)."""

    model_config = config("LLMAGE_")

    base_url: Address = Field("https://opencomputing.ai", description="The provider's address.")


class Nexus(Account):
    """The provider nexus."""

    model_config = config("NEXUS_")

    base_url: Address = Field("https://api.allapi.store", description="The provider's address, with or without /v1.")


class Pxz(Account):
    """The provider pxz. It tells results to PUBLIC_URL; without that, it needs PXZ_RESULT_PATH."""

    model_config = config("PXZ_")

    base_url: OpenAddress = Field("http://pxz-api.xinsulv.com", description="The provider's address.")
    result_path: str | None = Field(
        None,
        description="Where its results can be asked for, if you know: a path with {task_id}, like /tasks/{task_id}.",
    )

    credit_worth: float | None = Field(
        None,
        gt=0,
        allow_inf_nan=False,
        description="What one of the credits that it reports costs you, in credits of yours, for `usage margin`.",
    )

    @property
    def worth(self) -> float | None:
        """What one of its own credits costs, in credits of ours; None where nobody said."""
        return self.credit_worth

    @field_validator("result_path")
    @classmethod
    def _check_result_path(cls, value: str | None) -> str | None:
        if value is None:
            return None
        around = value.replace("{task_id}", "", 1)
        if not value.startswith("/") or around == value or "{" in around or "}" in around:
            raise ValueError("must be a path that begins with / and holds {task_id} once")
        return value

    @property
    def way_to_results(self) -> str:
        """Where results are asked for; "" where nobody knows."""
        return self.result_path or ""


ACCOUNTS: tuple[type[Account], ...] = (Uniall, Llmage, Nexus, Pxz)
