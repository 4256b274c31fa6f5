"""What a consumer holds leased, bounded."""

from __future__ import annotations

import enum
import threading
import time
from typing import List, Set

from headgate.messages import Delivery

_MIN_RENEWAL = 0.1


class _State(enum.Enum):
    WAITING = 1
    RUNNING = 2
    RETURNED = 3
    GONE = 4


class HeldDelivery:
    """One delivery, from when it was received until its lease is settled or lost.

    Thread-safe: its handler, the renewer and a closing consumer race for it. Times are of
    ``time.monotonic``.
    """

    def __init__(self, delivery: Delivery) -> None:
        self.delivery = delivery
        self._lock = threading.Lock()
        self._state = _State.WAITING
        self._lost = False
        self._expires = 0.0
        self._renew_at = 0.0
        self.prolonged(delivery.lease_time)

    def start(self) -> bool:
        """True once, for the worker that may run the handler."""
        return self._leave(_State.WAITING, _State.RUNNING)

    def take_back(self) -> bool:
        """True once, when no handler has begun and none will."""
        return self._leave(_State.WAITING, _State.RETURNED)

    def remove(self) -> bool:
        """True once, for the one that removes it from the hand."""
        with self._lock:
            first = self._state is not _State.GONE
            self._state = _State.GONE
            return first

    def prolonged(self, lease: float) -> None:
        """The lease now lasts so long; it is renewed when half of that has passed."""
        now = time.monotonic()
        with self._lock:
            self._expires = now + lease
            self._renew_at = now + max(_MIN_RENEWAL, lease / 2)

    def postponed(self) -> None:
        """A renewal failed: try again when half of what is left has passed."""
        now = time.monotonic()
        with self._lock:
            self._renew_at = now + max(_MIN_RENEWAL, (self._expires - now) / 2)

    def lost(self) -> None:
        """The gateway no longer honours the lease; it is not renewed again."""
        with self._lock:
            self._lost = True

    def alive(self) -> bool:
        """Whether the lease can still be settled, as far as this side knows."""
        with self._lock:
            return not self._lost and time.monotonic() < self._expires

    def renew_at(self) -> float:
        """When it is due for renewal; infinity: never."""
        with self._lock:
            never = self._lost or self._state is _State.GONE
            return float("inf") if never else self._renew_at

    def _leave(self, old: _State, new: _State) -> bool:
        with self._lock:
            if self._state is not old:
                return False
            self._state = new
            return True


class Hand:
    """The held deliveries and the room for more. Thread-safe."""

    def __init__(self, size: int) -> None:
        self._room = threading.Semaphore(size)
        self._changed = threading.Condition()
        self._held: Set[HeldDelivery] = set()

    def acquire_room(self, most: int) -> int:
        """Waits for room and takes as much as there is, at most ``most``."""
        self._room.acquire()
        taken = 1
        while taken < most and self._room.acquire(blocking=False):
            taken += 1
        return taken

    def release_room(self, places: int) -> None:
        """Gives back room that was taken."""
        for _ in range(places):
            self._room.release()

    def add(self, held: HeldDelivery) -> None:
        """Puts a delivery into room that was taken."""
        with self._changed:
            self._held.add(held)

    def remove(self, held: HeldDelivery) -> None:
        """Frees its place; repeating it is harmless."""
        if held.remove():
            with self._changed:
                self._held.discard(held)
                self._changed.notify_all()
            self._room.release()

    def all(self) -> List[HeldDelivery]:
        """A copy of what is held."""
        with self._changed:
            return list(self._held)

    def __len__(self) -> int:
        with self._changed:
            return len(self._held)

    def await_empty(self, timeout: float) -> bool:
        """Waits until nothing is held."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._held, timeout)
