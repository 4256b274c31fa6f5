"""One address of the fleet, and how long to keep away from it."""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import TYPE_CHECKING, Deque

from headgate._backoff import Backoff

if TYPE_CHECKING:
    from headgate._connection import Connection

_AVOID = Backoff(0.5, 15.0)


class Endpoint:
    """An address with its idle connections, newest last. Thread-safe."""

    def __init__(self, address: str) -> None:
        host, colon, port = address.strip().rpartition(":")
        if host.startswith("[") and host.endswith("]"):
            host = host[1:-1]
        if not colon or not host or not port.isdigit() or not 0 < int(port) < 65536:
            raise ValueError(f"address: {address!r} (expected: host:port)")
        self.address = address.strip()
        self.host = host
        self.port = int(port)
        self.idle: Deque[Connection] = deque()
        self._lock = threading.Lock()
        self._failures = 0
        self._avoid_until = 0.0

    def avoided(self) -> bool:
        """Whether calls should rather go elsewhere for now."""
        with self._lock:
            return self._failures > 0 and time.monotonic() < self._avoid_until

    def failed(self) -> None:
        """It could not be reached, broke, stayed silent or is draining."""
        with self._lock:
            self._avoid_until = time.monotonic() + _AVOID.pause(self._failures)
            self._failures += 1

    def succeeded(self) -> None:
        """It has answered."""
        with self._lock:
            self._failures = 0
