"""Exponential back-off with jitter."""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(frozen=True)
class Backoff:
    """The n-th pause is drawn from the upper half of ``initial * 2**n``, capped. Seconds."""

    initial: float
    maximum: float

    def __post_init__(self) -> None:
        if not 0 < self.initial <= self.maximum:
            raise ValueError(
                f"backoff: {self.initial} to {self.maximum} (expected: 0 < initial <= maximum)"
            )

    def pause(self, retry: int, retry_after: float = 0.0) -> float:
        """The pause before attempt ``retry + 1``, from 0; never shorter than the gateway asked."""
        cap = min(self.maximum, self.initial * 2 ** min(retry, 20))
        return max(random.uniform(cap / 2, cap), retry_after)
