"""What all unit tests start from."""

from collections.abc import Iterator

import pytest

from bot import catalogue


@pytest.fixture(autouse=True)
def one_provider() -> Iterator[None]:
    """Models are picked and offered as in a bot with a key of uniall's alone; all others can be named."""
    models = catalogue.everything()
    catalogue.arrange(models, providers=["uniall"])
    yield
    catalogue.arrange(models)
