"""The client."""

from __future__ import annotations

import importlib.metadata
from dataclasses import dataclass
from types import TracebackType
from typing import Callable, Iterable, List, Optional, Sequence, Set, Type, Union

from headgate._backoff import Backoff
from headgate._caller import Caller, CallOptions
from headgate._codec import Codec
from headgate._consumption import Consumption
from headgate._endpoint import Endpoint
from headgate._pool import ConnectionPool
from headgate.admin import Admin
from headgate.consumer import Consumer
from headgate.idl.gateway import ttypes
from headgate.messages import Delivery, ReceiveResult, SettleResult
from headgate.producer import Producer
from headgate.seek import SeekTarget
from headgate.tracing import Tracing

Leases = Union[Delivery, bytes, Iterable[Union[Delivery, bytes]]]
"""A delivery or its lease, or several."""


@dataclass(frozen=True)
class GatewayVersion:
    """Who answers."""

    contract: str
    """The contract's version, ``major.minor``."""
    gateway: str
    """The gateway's own version."""
    node: str
    """The node's configured name."""


class Client:
    """A client of a gateway fleet: one pool of connections for its producer, consumers and admin.

    Thread-safe; make one per process (after a fork, not before) and close it at the end, or use it
    as a context manager. Every call blocks its thread up to its deadline and fails with a
    HeadgateError. All times are seconds.
    """

    def __init__(
        self,
        addresses: Union[str, Sequence[str]],
        *,
        timeout: float = 10.0,
        connect_timeout: float = 2.0,
        idle_timeout: float = 30.0,
        max_connections: int = 32,
        max_polls: int = 64,
        max_frame_bytes: int = 64 << 20,
        backoff_initial: float = 0.05,
        backoff_max: float = 2.0,
        client_id: Optional[str] = None,
        token: Optional[str] = None,
        compress_from: Optional[int] = 4096,
        max_opened_bytes: int = 64 << 20,
        tracing: Optional[Tracing] = None,
    ) -> None:
        """Opens no connection yet.

        :param addresses: ``host:port``, several in a list or parted by commas; a client keeps to
            one and moves on when it fails or drains
        :param timeout: deadline of a call, retries included; a long poll adds its wait
        :param connect_timeout: how long one connect may take
        :param idle_timeout: when an idle connection is closed
        :param max_connections: how many calls may run at once; further ones wait
        :param max_polls: how many long polls may be parked at once, on connections of their own
        :param max_frame_bytes: the largest answer that is accepted
        :param backoff_initial: pause between retries; doubles up to ``backoff_max``, with jitter
        :param client_id: a stable name of this process, shown to operators
        :param token: credential, where the connection itself has none
        :param compress_from: body size in bytes from which producers compress, where that makes it
            smaller; None: never
        :param max_opened_bytes: the largest that a compressed body may be when it is opened
        :param tracing: carries trace context between contexts and messages; None: W3C, see ``use_trace``
        :raises ValueError: an option is out of its limits
        """
        parts = addresses.split(",") if isinstance(addresses, str) else list(addresses)
        if not parts:
            raise ValueError("addresses: none (expected: at least one host:port)")
        limits = {
            "timeout": timeout,
            "connect_timeout": connect_timeout,
            "idle_timeout": idle_timeout,
            "max_connections": max_connections,
            "max_polls": max_polls,
            "max_frame_bytes": max_frame_bytes,
            "max_opened_bytes": max_opened_bytes,
        }
        for name, value in limits.items():
            if value <= 0:
                raise ValueError(f"{name}: {value} (expected: > 0)")
        if compress_from is not None and compress_from < 0:
            raise ValueError(f"compress_from: {compress_from} (expected: >= 0, or None)")
        self._tracing = Tracing() if tracing is None else tracing
        codec = Codec(compress_from, max_opened_bytes)
        self._pool = ConnectionPool(
            [Endpoint(part) for part in parts],
            max_connections,
            max_polls,
            connect_timeout,
            idle_timeout,
            max_frame_bytes,
        )
        self._caller = Caller(
            self._pool,
            timeout,
            Backoff(backoff_initial, backoff_max),
            client_id,
            token,
            f"headgate-python/{_version()}",
            self._tracing,
        )
        self._consumption = Consumption(self._caller, codec)
        self._producer = Producer(self._caller, codec)
        self._admin = Admin(self._caller, codec)
        self._consumers: Set[Consumer] = set()

    def producer(self) -> Producer:
        """Sends messages."""
        return self._producer

    def admin(self) -> Admin:
        """Administration: topics, groups, dead letters, drain."""
        return self._admin

    def consumer(
        self,
        topic: str,
        group: str,
        handler: Callable[[Delivery], object],
        *,
        concurrency: int = 1,
        prefetch: Optional[int] = None,
        lease: Optional[float] = None,
        nack_delay: Optional[float] = None,
        poll_wait: float = 5.0,
        close_timeout: float = 30.0,
        tags: Optional[Sequence[str]] = None,
        expression: Optional[str] = None,
        broadcast_instance: Optional[str] = None,
        keep_encoded: bool = False,
    ) -> Consumer:
        """Starts a consumer, to be closed by the caller or with this client.

        It receives, runs the handler on threads of its own, renews leases, acks what the handler
        returns from and nacks what it raises at, or whose body it cannot open. Never blocks; a gateway that is not there yet is
        waited for.

        :param handler: called with each delivery, by ``concurrency`` threads at once; the same
            message can come more than once; raise RetryLater to choose the delay of the next attempt
        :param prefetch: how many more messages may wait leased here; None: as many as ``concurrency``
        :param lease: time to settle that is asked for, renewed at half of it; None: the group's
        :param nack_delay: when a message whose handler raised comes again; None: the group's back-off
        :param poll_wait: how long one receive parks; also the longest that closing waits for it
        :param close_timeout: how long closing waits for running handlers
        :param tags: only messages with one of these tags; or an SQL-92 ``expression`` over headers
        :param broadcast_instance: names this instance of a broadcast group, whose instances get
            every message each
        :param keep_encoded: hand over also what cannot be opened, to a handler that opens bodies itself
        """
        consumer = Consumer(
            self._consumption,
            topic,
            group,
            handler,
            concurrency=concurrency,
            prefetch=concurrency if prefetch is None else prefetch,
            lease=lease,
            nack_delay=nack_delay,
            poll_wait=poll_wait,
            close_timeout=close_timeout,
            tags=tags,
            expression=expression,
            broadcast_instance=broadcast_instance,
            keep_encoded=keep_encoded,
            tracing=self._tracing,
            on_closed=self._consumers.discard,
        )
        self._consumers.add(consumer)
        consumer._start()
        return consumer

    def receive(
        self,
        topic: str,
        group: str,
        *,
        max_messages: Optional[int] = None,
        max_bytes: Optional[int] = None,
        wait: float = 0.0,
        lease: Optional[float] = None,
        tags: Optional[Sequence[str]] = None,
        expression: Optional[str] = None,
        broadcast_instance: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> ReceiveResult:
        """Leases messages. The caller settles each before its lease expires, else it comes again.

        :param max_messages: 1 to 1,000; None: 32
        :param max_bytes: bodies, keys and headers together; a first message that is larger comes
            alone; None: 4 MiB
        :param wait: how long to park when there is nothing to deliver, at most 60
        :param lease: time to settle each message; None: the group's
        :param timeout: on top of ``wait``; None: the client's
        """
        return self._consumption.receive(
            topic,
            group,
            max_messages=max_messages,
            max_bytes=max_bytes,
            wait=wait,
            lease=lease,
            tags=tags,
            expression=expression,
            broadcast_instance=broadcast_instance,
            options=CallOptions(timeout),
        )

    def ack(self, leases: Leases, *, timeout: Optional[float] = None) -> List[SettleResult]:
        """Settles deliveries: done for good. Answers per lease, in order."""
        return self._consumption.ack(_leases(leases), CallOptions(timeout))

    def nack(
        self,
        leases: Leases,
        *,
        delay: Optional[float] = None,
        reason: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> List[SettleResult]:
        """Gives deliveries back, to come again later. Answers per lease, in order.

        :param delay: when to deliver again; None: the group's back-off for this attempt
        :param reason: why, for the dead letter; cut at 1 KiB
        """
        nacks = [(lease, delay, reason) for lease in _leases(leases)]
        return self._consumption.nack(nacks, CallOptions(timeout))

    def extend(
        self,
        leases: Leases,
        lease: Optional[float] = None,
        *,
        timeout: Optional[float] = None,
    ) -> List[SettleResult]:
        """Prolongs leases. Answers per lease, in order.

        :param lease: the new time to live, counted from now; None: the group's
        """
        return self._consumption.extend(_leases(leases), lease, CallOptions(timeout))

    def seek(
        self, topic: str, group: str, target: SeekTarget, *, timeout: Optional[float] = None
    ) -> None:
        """Moves the position of the whole group; takes effect on running consumers."""
        self._consumption.seek(topic, group, target._wire, CallOptions(timeout))

    def version(self, *, timeout: Optional[float] = None) -> GatewayVersion:
        """Who answers: a cheap probe of a node."""

        def exchange(connection, context):  # type: ignore[no-untyped-def]
            info = connection.produce.version(ttypes.VersionRequest(context=context))
            return GatewayVersion(info.contract, info.gateway, info.node)

        version: GatewayVersion = self._caller.call(
            "version", exchange, repeatable=True, options=CallOptions(timeout)
        )
        return version

    def close(self) -> None:
        """Closes its consumers gracefully, then all connections. Repeating it is harmless."""
        consumers = list(self._consumers)
        for consumer in consumers:
            consumer.stop()
        for consumer in consumers:
            consumer.close()
        self._pool.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self.close()


def _leases(leases: Leases) -> List[bytes]:
    if isinstance(leases, (Delivery, bytes)):
        leases = [leases]
    return [one.lease if isinstance(one, Delivery) else one for one in leases]


def _version() -> str:
    try:
        return importlib.metadata.version("headgate")
    except importlib.metadata.PackageNotFoundError:
        return "dev"
