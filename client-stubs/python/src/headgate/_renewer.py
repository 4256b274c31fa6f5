"""Prolongs what a consumer holds."""

from __future__ import annotations

import logging
import threading
import time
from typing import List, Optional

from headgate._caller import CallOptions
from headgate._consumption import Consumption
from headgate._hand import Hand, HeldDelivery
from headgate.errors import HeadgateError
from headgate.messages import SettleResult, SettleStatus

_log = logging.getLogger("headgate")

# What comes due so soon after the first goes along with it.
_TOGETHER = 0.05
_LONGEST_WAIT = 60.0


class LeaseRenewer:
    """Renews each lease when half of it has passed, all that are due in one call.

    On a thread of its own, so that neither a slow handler nor a slow ack lets a lease lapse.
    """

    def __init__(self, consumption: Consumption, hand: Hand, lease: Optional[float]) -> None:
        self._consumption = consumption
        self._hand = hand
        self._lease = lease
        self._woken = threading.Event()
        self._stopped = False

    def wake(self) -> None:
        """New leases are in the hand."""
        self._woken.set()

    def stop(self) -> None:
        """Ends ``run``."""
        self._stopped = True
        self._woken.set()

    def run(self) -> None:
        """Renews until stopped."""
        while not self._stopped:
            self._woken.clear()
            held = [(one.renew_at(), one) for one in self._hand.all()]
            now = time.monotonic()
            first = min((at for at, _ in held), default=float("inf"))
            if first <= now:
                self._renew([one for at, one in held if at <= now + _TOGETHER])
            else:
                self._woken.wait(min(_LONGEST_WAIT, first - now))

    def _renew(self, due: List[HeldDelivery]) -> None:
        try:
            leases = [held.delivery.lease for held in due]
            results = self._consumption.extend(leases, self._lease, CallOptions())
        except HeadgateError as e:
            _log.warning("cannot renew %d leases: %s", len(due), e)
            for held in due:
                held.postponed()
            return
        for held, result in zip(due, results):
            self._renewed(held, result)

    def _renewed(self, held: HeldDelivery, result: SettleResult) -> None:
        if result.status is SettleStatus.DONE:
            asked = held.delivery.lease_time if self._lease is None else self._lease
            held.prolonged(asked if result.lease_time is None else result.lease_time)
        elif result.status is SettleStatus.UNAVAILABLE:
            held.postponed()
        else:
            held.lost()
            _log.debug("lease of %s is lost: %s", held.delivery.message_id, result)
            if held.take_back():
                self._hand.remove(held)
