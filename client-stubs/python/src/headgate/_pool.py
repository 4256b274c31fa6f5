"""The bounded connections of one client to all its addresses."""

from __future__ import annotations

import enum
import logging
import random
import threading
import time
from typing import Dict, List, Optional, Sequence

from headgate._connection import Connection
from headgate._endpoint import Endpoint
from headgate.errors import ErrorCode, HeadgateError, Outcome, local_error

_log = logging.getLogger("headgate")


class Lane(enum.Enum):
    """Which bound a call counts against: parked receives must not keep acks from a connection."""

    CALL = 1
    POLL = 2


class ConnectionPool:
    """Hands a connection to one borrower at a time. Thread-safe.

    One that broke, timed out or answered nonsense is closed and never handed out again. Calls stay
    with one address, at first a random one, until it fails, then move to the next that is not being
    avoided. When all are, the pool tries them all the same.
    """

    def __init__(
        self,
        endpoints: Sequence[Endpoint],
        max_connections: int,
        max_polls: int,
        connect_timeout: float,
        idle_timeout: float,
        max_frame_bytes: int,
    ) -> None:
        self._endpoints = list(endpoints)
        self._permits = {
            Lane.CALL: threading.Semaphore(max_connections),
            Lane.POLL: threading.Semaphore(max_polls),
        }
        self._max_idle = max_connections
        self._connect_timeout = connect_timeout
        self._idle_timeout = idle_timeout
        self._max_frame_bytes = max_frame_bytes
        self._lock = threading.Lock()
        self._in_use: Dict[Connection, Lane] = {}
        self._preferred = random.randrange(len(self._endpoints))
        self._closed = False

    def borrow(self, lane: Lane, deadline: float) -> Connection:
        """A usable connection, idle or new; blocks at the longest to the deadline."""
        if self._closed:
            raise _closed_error()
        if not self._permits[lane].acquire(timeout=max(0.0, deadline - time.monotonic())):
            raise local_error(
                ErrorCode.CLIENT_OVERLOADED,
                Outcome.NOT_APPLIED,
                "all connections of this client are busy (max_connections, max_polls)",
            )
        try:
            connection = self._find(deadline)
            with self._lock:
                self._in_use[connection] = lane
            if self._closed:
                with self._lock:
                    self._in_use.pop(connection, None)
                connection.close()
                raise _closed_error()
            return connection
        except BaseException:
            self._permits[lane].release()
            raise

    def give_back(self, connection: Connection, usable: bool) -> None:
        """Takes a connection back; repeating it is harmless."""
        stale: List[Connection] = []
        with self._lock:
            lane = self._in_use.pop(connection, None)
            if lane is None:
                return
            idle = connection.endpoint.idle
            if usable and not self._closed and len(idle) < self._max_idle:
                connection.idle_since = time.monotonic()
                idle.append(connection)
            else:
                stale.append(connection)
            oldest = time.monotonic() - self._idle_timeout
            for endpoint in self._endpoints:
                while endpoint.idle and endpoint.idle[0].idle_since < oldest:
                    stale.append(endpoint.idle.popleft())
        self._permits[lane].release()
        for old in stale:
            old.close()

    def in_use(self) -> int:
        """How many connections are with a borrower."""
        with self._lock:
            return len(self._in_use)

    def idle(self) -> int:
        """How many connections wait for one."""
        with self._lock:
            return sum(len(endpoint.idle) for endpoint in self._endpoints)

    def close(self) -> None:
        """Closes all connections; calls that still run fail."""
        with self._lock:
            self._closed = True
            connections = list(self._in_use)
            for endpoint in self._endpoints:
                connections.extend(endpoint.idle)
                endpoint.idle.clear()
        for connection in connections:
            connection.close()

    def _find(self, deadline: float) -> Connection:
        last: Optional[OSError] = None
        count = len(self._endpoints)
        order = [(self._preferred + i) % count for i in range(count)]
        order.sort(key=lambda index: self._endpoints[index].avoided())
        for index in order:
            try:
                connection = self._connect(self._endpoints[index], deadline)
                self._preferred = index
                return connection
            except OSError as e:
                last = e
                self._endpoints[index].failed()
                _log.debug("cannot connect to %s: %s", self._endpoints[index].address, e)
        addresses = ", ".join(endpoint.address for endpoint in self._endpoints)
        raise local_error(
            ErrorCode.GATEWAY_UNREACHABLE,
            Outcome.NOT_APPLIED,
            f"cannot connect to {addresses}: {last}",
        ) from last

    def _connect(self, endpoint: Endpoint, deadline: float) -> Connection:
        while True:
            with self._lock:
                idle = endpoint.idle.pop() if endpoint.idle else None
            if idle is None:
                break
            if not idle.stale():
                return idle
            idle.close()
        timeout = max(0.001, min(self._connect_timeout, deadline - time.monotonic()))
        return Connection.open(endpoint, timeout, self._max_frame_bytes)


def _closed_error() -> HeadgateError:
    return local_error(ErrorCode.CLIENT_CLOSED, Outcome.NOT_APPLIED, "the client is closed")
