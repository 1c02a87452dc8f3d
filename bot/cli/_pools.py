"""Communities and their pools, as operators name them: house, discord:SERVER, telegram:GROUP, pool:ID."""

from bot import errors, jobs, money, ports
from bot.requests import AccountId


async def community(rows: ports.Transaction, platform: str, native: str) -> jobs.Community | None:
    """By its platform's id, or by its pool's account."""
    if f"{platform}:" == money.POOL_PREFIX:
        return await rows.communities.get(native)
    return await rows.communities.of(platform, native)


async def pool(rows: ports.Transaction, who: str) -> AccountId:
    """The account of a pool. Raises OperatorError."""
    if who == money.HOUSE:
        return money.HOUSE
    platform, _, native = who.partition(":")
    if (found := await community(rows, platform, native)) is not None:
        return found.pool
    raise errors.OperatorError(
        f"No community is known as {who!r}. Write discord:SERVER or telegram:GROUP with its id, or house for your own "
        "pool; `credits show` lists all."
    )


async def names(rows: ports.Transaction) -> dict[AccountId, str]:
    """Every pool by what operators call it: house, discord:SERVER, telegram:GROUP."""
    known = {each.pool: f"{each.platform}:{each.native}" for each in await rows.communities.all()}
    return {money.HOUSE: str(money.HOUSE), **known}
