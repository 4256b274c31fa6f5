"""The worker loop."""

from __future__ import annotations

import logging
import queue
import threading
import time
from types import TracebackType
from typing import Callable, List, Optional, Sequence, Type

from headgate._backoff import Backoff
from headgate._caller import CallOptions
from headgate._consumption import Consumption
from headgate._hand import Hand, HeldDelivery
from headgate._renewer import LeaseRenewer
from headgate._settler import Settler
from headgate.encoding import BodyError
from headgate.errors import HeadgateError
from headgate.messages import Delivery
from headgate.tracing import Tracing

_log = logging.getLogger("headgate")
_MAX_MESSAGES = 1_000
_MAX_REASON = 1_000
_AGAIN = Backoff(0.2, 5.0)
_LAST_SETTLEMENTS = 5.0


class RetryLater(Exception):
    """Raised by a handler to have the message delivered again after a delay of its choice."""

    def __init__(self, delay: float, reason: Optional[str] = None) -> None:
        """``delay`` in seconds, 0 to 40 days; ``reason`` is kept with the dead letter."""
        super().__init__(reason or "")
        self.delay = delay
        self.reason = reason


class Consumer:
    """A running consumer of one topic for one group, made by ``Client.consumer``. Thread-safe.

    It holds at most ``concurrency + prefetch`` messages and keeps receiving through failures of the
    gateway. Messages of one key reach one handler after the other on an ordered topic, because the
    gateway leases them so.
    """

    def __init__(
        self,
        consumption: Consumption,
        topic: str,
        group: str,
        handler: Callable[[Delivery], object],
        *,
        concurrency: int,
        prefetch: int,
        lease: Optional[float],
        nack_delay: Optional[float],
        poll_wait: float,
        close_timeout: float,
        tags: Optional[Sequence[str]],
        expression: Optional[str],
        broadcast_instance: Optional[str],
        keep_encoded: bool,
        tracing: Tracing,
        on_closed: Callable[[Consumer], None],
    ) -> None:
        if concurrency < 1:
            raise ValueError(f"concurrency: {concurrency} (expected: >= 1)")
        if prefetch < 0:
            raise ValueError(f"prefetch: {prefetch} (expected: >= 0)")
        if not 0 <= poll_wait <= 60:
            raise ValueError(f"poll_wait: {poll_wait} (expected: 0 to 60)")
        self._consumption = consumption
        self._topic = topic
        self._group = group
        self._handler = handler
        self._lease = lease
        self._nack_delay = nack_delay
        self._poll_wait = poll_wait
        self._close_timeout = close_timeout
        self._tags = tags
        self._expression = expression
        self._broadcast_instance = broadcast_instance
        self._keep_encoded = keep_encoded
        self._tracing = tracing
        self._on_closed = on_closed
        self._hand = Hand(concurrency + prefetch)
        self._settler = Settler(consumption, self._hand)
        self._renewer = LeaseRenewer(consumption, self._hand, lease)
        self._work: queue.SimpleQueue[Optional[HeldDelivery]] = queue.SimpleQueue()
        self._stopping = threading.Event()
        self._closed = threading.Event()
        self._close_lock = threading.Lock()
        self._closing = False
        self._last_failure: Optional[HeadgateError] = None
        self._poller = self._thread("receive", self._receive_loop)
        self._settling = self._thread("settle", self._settler.run)
        self._renewing = self._thread("renew", self._renewer.run)
        self._workers: List[threading.Thread] = [
            self._thread(f"handler-{i}", self._work_loop) for i in range(concurrency)
        ]

    @property
    def in_hand(self) -> int:
        """How many messages are leased to this consumer now."""
        return len(self._hand)

    @property
    def last_failure(self) -> Optional[HeadgateError]:
        """Why the last receive failed; None when it did not."""
        return self._last_failure

    def stop(self) -> None:
        """Receives no more and gives back what no handler has begun; what runs goes on.

        Never blocks; may be called by a handler. ``close`` does the rest.
        """
        self._stopping.set()
        self._hand.release_room(1)
        self._give_back_unstarted()

    def close(self) -> None:
        """Stops, waits for running handlers up to ``close_timeout``, and settles what is in hand.

        A receive that is parked is waited for too, up to ``poll_wait``, so that no lease gets lost
        in it. What still runs after ``close_timeout`` is left to itself, and its lease to expire.
        Not to be called by a handler. Repeating it is harmless.
        """
        with self._close_lock:
            first = not self._closing
            self._closing = True
        if not first:
            self._closed.wait()
            return
        try:
            self.stop()
            deadline = time.monotonic() + self._close_timeout
            self._poller.join(max(0.01, deadline - time.monotonic()))
            for _ in self._workers:
                self._work.put(None)
            for worker in self._workers:
                worker.join(max(0.01, deadline - time.monotonic()))
            idle = not any(worker.is_alive() for worker in self._workers)
            if not idle:
                _log.warning(
                    "handlers of %s still run after %s s", self._group, self._close_timeout
                )
            if not self._hand.await_empty(_LAST_SETTLEMENTS if idle else 1.0):
                _log.warning("%d leases of %s are left to expire", self.in_hand, self._group)
        finally:
            self._renewer.stop()
            self._settler.stop()
            self._on_closed(self)
            self._closed.set()

    def wait(self, timeout: Optional[float] = None) -> bool:
        """Waits until somebody has closed this consumer; False when the timeout has passed."""
        return self._closed.wait(timeout)

    def __enter__(self) -> Consumer:
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self.close()

    def _start(self) -> None:
        for thread in [self._settling, self._renewing, *self._workers, self._poller]:
            thread.start()

    def _thread(self, role: str, target: Callable[[], None]) -> threading.Thread:
        return threading.Thread(
            target=target, name=f"headgate-{self._group}-{role}", daemon=True
        )

    def _receive_loop(self) -> None:
        failures = 0
        while True:
            room = self._hand.acquire_room(_MAX_MESSAGES)
            if self._stopping.is_set():
                self._hand.release_room(room)
                return
            try:
                pause = self._receive(room)
                failures = 0
                self._last_failure = None
            except Exception as e:
                self._hand.release_room(room)
                _log.warning("cannot receive from %s for %s: %s", self._topic, self._group, e)
                asked = e.retry_after if isinstance(e, HeadgateError) else 0.0
                self._last_failure = e if isinstance(e, HeadgateError) else None
                pause = _AGAIN.pause(failures, asked)
                failures += 1
            if pause > 0:
                self._stopping.wait(pause)

    def _receive(self, room: int) -> float:
        """Receives into so much room; answers how long the gateway wants to be left alone."""
        result = self._consumption.receive(
            self._topic,
            self._group,
            max_messages=room,
            max_bytes=None,
            wait=self._poll_wait,
            lease=self._lease,
            tags=self._tags,
            expression=self._expression,
            broadcast_instance=self._broadcast_instance,
            options=CallOptions(),
        )
        self._hand.release_room(room - len(result))
        for delivery in result:
            held = HeldDelivery(delivery)
            self._hand.add(held)
            self._work.put(held)
        if self._stopping.is_set():
            self._give_back_unstarted()
        if result.deliveries:
            self._renewer.wake()
        return result.retry_after

    def _give_back_unstarted(self) -> None:
        for held in self._hand.all():
            if held.take_back():
                self._settler.nack(held, 0.0, "given back by a closing consumer")

    def _work_loop(self) -> None:
        while True:
            held = self._work.get()
            if held is None:
                return
            if held.start():
                self._handle(held)

    def _handle(self, held: HeldDelivery) -> None:
        delivery = held.delivery
        try:
            if not self._keep_encoded:
                delivery.body  # Opened only here, so that no more are open than handlers run.
        except BodyError as e:
            _log.warning("%s of %s is not handled: %s", delivery.message_id, self._topic, e)
            self._settler.nack(held, self._nack_delay, _cut(str(e)))
            return
        try:
            with self._tracing.extracted(delivery.message):
                self._handler(delivery)
        except RetryLater as later:
            self._settler.nack(held, later.delay, _cut(later.reason))
        except BaseException as e:  # Whatever a handler raises means: deliver it again.
            _log.warning(
                "handler of %s failed on %s", self._group, delivery.message_id, exc_info=True
            )
            self._settler.nack(held, self._nack_delay, _cut(f"{type(e).__name__}: {e}"))
        else:
            self._settler.ack(held)


def _cut(reason: Optional[str]) -> Optional[str]:
    return None if reason is None else reason[:_MAX_REASON]
