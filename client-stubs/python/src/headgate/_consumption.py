"""The calls of the Consume service."""

from __future__ import annotations

from typing import Any, Callable, List, Optional, Sequence, Tuple

from headgate import _wire
from headgate._caller import Caller, CallOptions
from headgate._codec import Codec
from headgate.errors import ErrorCode, Outcome, local_error
from headgate.idl.gateway import ttypes
from headgate.messages import ReceiveResult, SettleResult

_MAX_LEASES = 1_000

Nack = Tuple[bytes, Optional[float], Optional[str]]
"""Lease, delay in seconds (None: the group's back-off), reason."""


class Consumption:
    """Receives and settles. Thread-safe."""

    def __init__(self, caller: Caller, codec: Codec) -> None:
        self._caller = caller
        self._codec = codec

    def receive(
        self,
        topic: str,
        group: str,
        *,
        max_messages: Optional[int],
        max_bytes: Optional[int],
        wait: float,
        lease: Optional[float],
        tags: Optional[Sequence[str]],
        expression: Optional[str],
        broadcast_instance: Optional[str],
        options: CallOptions,
    ) -> ReceiveResult:
        """One receive; see Client.receive."""
        if tags is not None and expression is not None:
            raise ValueError("tags and expression are both set (expected: one)")
        wanted = None
        if tags is not None:
            wanted = ttypes.Filter(tags=list(tags))
        elif expression is not None:
            wanted = ttypes.Filter(expression=expression)

        def exchange(connection, context):  # type: ignore[no-untyped-def]
            wire = connection.consume.receive(
                ttypes.ReceiveRequest(
                    context=context,
                    topic=topic,
                    group=group,
                    maxMessages=max_messages,
                    maxBytes=max_bytes,
                    waitMillis=_wire.millis(wait),
                    leaseMillis=_wire.millis(lease),
                    filter=wanted,
                    broadcastInstance=broadcast_instance,
                )
            )
            if wire.draining:
                connection.endpoint.failed()
            return ReceiveResult(
                tuple(_wire.delivery(d, self._codec) for d in wire.deliveries),
                max(0, wire.retryAfterMillis or 0) / 1000,
                bool(wire.draining),
            )

        # A lost answer leaves leases that expire; the messages come back.
        result: ReceiveResult = self._caller.call(
            "receive", exchange, repeatable=True, options=options, parked=wait
        )
        return result

    def ack(self, leases: Sequence[bytes], options: CallOptions) -> List[SettleResult]:
        """Settles."""

        def request(connection: Any, context: Any, part: Sequence[bytes]) -> Any:
            return connection.consume.ack(ttypes.AckRequest(context=context, leases=list(part)))

        return self._settle("ack", leases, request, options)

    def nack(self, nacks: Sequence[Nack], options: CallOptions) -> List[SettleResult]:
        """Gives back."""

        def request(connection: Any, context: Any, part: Sequence[Nack]) -> Any:
            entries = [
                ttypes.NackEntry(lease=lease, delayMillis=_wire.millis(delay), reason=reason)
                for lease, delay, reason in part
            ]
            return connection.consume.nack(ttypes.NackRequest(context=context, entries=entries))

        return self._settle("nack", nacks, request, options)

    def extend(
        self, leases: Sequence[bytes], lease: Optional[float], options: CallOptions
    ) -> List[SettleResult]:
        """Prolongs."""

        def request(connection: Any, context: Any, part: Sequence[bytes]) -> Any:
            return connection.consume.extend(
                ttypes.ExtendRequest(
                    context=context, leases=list(part), leaseMillis=_wire.millis(lease)
                )
            )

        return self._settle("extend", leases, request, options)

    def seek(self, topic: str, group: str, target: ttypes.SeekTarget, options: CallOptions) -> None:
        """Moves the group's position."""

        def exchange(connection, context):  # type: ignore[no-untyped-def]
            connection.consume.seek(
                ttypes.SeekRequest(context=context, topic=topic, group=group, target=target)
            )

        self._caller.call("seek", exchange, repeatable=True, options=options)

    def _settle(
        self,
        name: str,
        entries: Sequence[Any],
        request: Callable[[Any, Any, Sequence[Any]], Any],
        options: CallOptions,
    ) -> List[SettleResult]:
        results: List[SettleResult] = []
        for start in range(0, len(entries), _MAX_LEASES):
            part = entries[start : start + _MAX_LEASES]

            def exchange(connection, context, part=part):  # type: ignore[no-untyped-def]
                response = request(connection, context, part)
                return [_wire.settle_result(r) for r in response.results]

            # A lease is settled once: repeating finds it gone and changes nothing.
            answers = self._caller.call(name, exchange, repeatable=True, options=options)
            if len(answers) != len(part):
                raise local_error(
                    ErrorCode.BAD_REPLY,
                    Outcome.UNKNOWN,
                    f"{len(answers)} answers to {len(part)} leases",
                )
            results.extend(answers)
        return results
