"""Acks and nacks for a consumer."""

from __future__ import annotations

import logging
import queue
import threading
from typing import Callable, List, NamedTuple, Optional, Sequence

from headgate._backoff import Backoff
from headgate._caller import CallOptions
from headgate._consumption import Consumption
from headgate._hand import Hand, HeldDelivery
from headgate.errors import HeadgateError
from headgate.messages import SettleResult, SettleStatus

_log = logging.getLogger("headgate")
_MAX_BATCH = 1_000
_AGAIN = Backoff(0.1, 2.0)


class _Settlement(NamedTuple):
    held: HeldDelivery
    nack: bool = False
    delay: Optional[float] = None
    reason: Optional[str] = None


class Settler:
    """Sends what has gathered while the call before was under way, on a thread of its own.

    What cannot be settled yet is tried again for as long as its lease lives.
    """

    def __init__(self, consumption: Consumption, hand: Hand) -> None:
        self._consumption = consumption
        self._hand = hand
        self._queue: queue.SimpleQueue[Optional[_Settlement]] = queue.SimpleQueue()
        self._stopped = threading.Event()

    def ack(self, held: HeldDelivery) -> None:
        """Acks soon."""
        self._queue.put(_Settlement(held))

    def nack(self, held: HeldDelivery, delay: Optional[float], reason: Optional[str]) -> None:
        """Nacks soon."""
        self._queue.put(_Settlement(held, True, delay, reason))

    def stop(self) -> None:
        """Ends ``run``."""
        self._stopped.set()
        self._queue.put(None)

    def run(self) -> None:
        """Settles until stopped."""
        failures = 0
        while not self._stopped.is_set():
            batch = self._take()
            again: List[_Settlement] = []
            acks = [one for one in batch if not one.nack]
            nacks = [one for one in batch if one.nack]
            leases = [one.held.delivery.lease for one in acks]
            entries = [(one.held.delivery.lease, one.delay, one.reason) for one in nacks]
            options = CallOptions()
            self._settle(acks, again, lambda: self._consumption.ack(leases, options))
            self._settle(nacks, again, lambda: self._consumption.nack(entries, options))
            failures = failures + 1 if again else 0
            for one in again:
                self._queue.put(one)
            if again:
                self._stopped.wait(_AGAIN.pause(failures))

    def _take(self) -> List[_Settlement]:
        batch: List[_Settlement] = []
        first = self._queue.get()
        if first is not None:
            batch.append(first)
        try:
            while len(batch) < _MAX_BATCH:
                one = self._queue.get_nowait()
                if one is not None:
                    batch.append(one)
        except queue.Empty:
            pass
        return batch

    def _settle(
        self,
        settlements: Sequence[_Settlement],
        again: List[_Settlement],
        call: Callable[[], List[SettleResult]],
    ) -> None:
        if not settlements:
            return
        try:
            results = call()
        except HeadgateError as e:
            _log.warning("cannot settle %d leases: %s", len(settlements), e)
            for one in settlements:
                self._later(one, e.retryable, again)
            return
        for one, result in zip(settlements, results):
            if result.status is SettleStatus.UNAVAILABLE:
                self._later(one, True, again)
                continue
            if not result.done:
                _log.debug("%s comes again: %s", one.held.delivery.message_id, result)
            self._hand.remove(one.held)

    def _later(self, one: _Settlement, retryable: bool, again: List[_Settlement]) -> None:
        if retryable and not self._stopped.is_set() and one.held.alive():
            again.append(one)
        else:
            self._hand.remove(one.held)
