"""How a simulator is set up."""

import dataclasses
from collections.abc import Mapping
from pathlib import Path


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What whoever starts a simulator may choose; the defaults suit a test."""

    host: str = "127.0.0.1"
    port: int = 0  # 0 lets the system pick a free one
    speed: float = 1.0  # every task's length is divided by it
    key: str = "sk-simulator"  # the one API key that is accepted
    state_dir: Path | None = None  # None: a temporary one, removed at the end
    seed: int = 0  # decides task lengths and which requests meet a fault of `faults`
    url_ttl_s: float = 600.0  # how long a result's URL works after the poll that gave it
    like: Mapping[str, str] = dataclasses.field(
        default_factory=dict
    )  # further model ids -> ids that they are played as
    sketches: int = 0  # pictures a second of every clip, and results that are alike are one file; 0: as models do
    faults: Mapping[str, float] = dataclasses.field(default_factory=dict)  # fault name -> share of requests, 0-1
