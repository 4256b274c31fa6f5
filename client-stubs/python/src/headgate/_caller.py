"""One call of the contract, out of as many exchanges as its deadline allows."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, replace
from typing import Callable, Dict, Mapping, Optional, TypeVar

from thrift.Thrift import TApplicationException
from thrift.transport.TTransport import TTransportException

from headgate import _wire
from headgate._backoff import Backoff
from headgate._connection import Connection
from headgate._pool import ConnectionPool, Lane
from headgate.errors import (
    ErrorCode,
    HeadgateError,
    Outcome,
    after_uncertain_attempt,
    local_error,
)
from headgate.idl.gateway import ttypes
from headgate.tracing import Tracing

_log = logging.getLogger("headgate")

# The gateway answers by the deadline; so long after it the connection is held to be dead.
_GRACE = 0.25
_MAX_TIMEOUT_MILLIS = 600_000
# Past it the gateway refuses a call; W3C lets it be dropped.
_MAX_TRACESTATE_BYTES = 512

# Of what a transport may raise, this means a lost connection; the rest means nonsense was read.
_LOST = (TTransportException.TIMED_OUT, TTransportException.END_OF_FILE)

T = TypeVar("T")
Exchange = Callable[[Connection, ttypes.CallContext], T]


@dataclass(frozen=True)
class CallOptions:
    """What one call may differ in."""

    timeout: Optional[float] = None
    retry_uncertain: bool = False
    trace: Optional[Mapping[str, str]] = None
    """Trace headers; None: what the caller's context carries."""


class Caller:
    """Repeats a failed exchange when that is of use and cannot do harm. Thread-safe.

    It is of use when the failure is retryable; it does no harm when nothing was applied, or the
    operation is repeatable, or the caller has accepted duplicates. Once an exchange may have been
    applied, no later refusal makes the call "not applied" again.
    """

    def __init__(
        self,
        pool: ConnectionPool,
        timeout: float,
        backoff: Backoff,
        client_id: Optional[str],
        token: Optional[str],
        user_agent: str,
        tracing: Tracing,
    ) -> None:
        self.pool = pool
        self._timeout = timeout
        self._backoff = backoff
        self._client_id = client_id
        self._token = token
        self._user_agent = user_agent
        self._tracing = tracing

    def trace(self, traceparent: Optional[str], tracestate: Optional[str]) -> Mapping[str, str]:
        """The trace headers of a call that may name its trace; else the context's."""
        if traceparent is None:
            return self._tracing.injected()
        trace: Dict[str, str] = {"traceparent": traceparent}
        if tracestate is not None:
            trace["tracestate"] = tracestate
        return trace

    def call(
        self,
        name: str,
        exchange: Exchange[T],
        *,
        repeatable: bool,
        options: CallOptions,
        parked: float = 0.0,
    ) -> T:
        """Runs an operation to its end; a long poll parks up to ``parked`` on top of the timeout."""
        timeout = self._timeout if options.timeout is None else options.timeout
        if timeout <= 0:
            raise ValueError(f"timeout: {timeout} (expected: > 0)")
        if options.trace is None:
            options = replace(options, trace=self._tracing.injected())
        deadline = time.monotonic() + timeout + parked
        lane = Lane.POLL if parked > 0 else Lane.CALL
        uncertain = False
        retry = 0
        while True:
            try:
                return self._attempt(lane, options, deadline, exchange)
            except HeadgateError as e:
                uncertain = uncertain or e.outcome is Outcome.UNKNOWN
                pause = self._backoff.pause(retry, e.retry_after)
                harmless = not uncertain or repeatable or options.retry_uncertain
                if not e.retryable or not harmless or time.monotonic() + pause >= deadline:
                    known = after_uncertain_attempt(e) if uncertain else e
                    if known is e:
                        raise
                    raise known from e
                _log.debug("%s failed, trying again: %s", name, e)
            time.sleep(pause)
            retry += 1

    def _attempt(
        self, lane: Lane, options: CallOptions, deadline: float, exchange: Exchange[T]
    ) -> T:
        connection = self.pool.borrow(lane, deadline)
        usable = False
        try:
            left = int((deadline - time.monotonic()) * 1000)
            if left < 1:
                usable = True
                raise local_error(
                    ErrorCode.DEADLINE_EXCEEDED,
                    Outcome.NOT_APPLIED,
                    "no connection to the gateway within the call's timeout",
                )
            connection.begin(deadline + _GRACE)
            answer = exchange(connection, self._context(options, left))
            usable = True
            connection.endpoint.succeeded()
            return answer
        except HeadgateError:
            raise
        except ttypes.GatewayError as e:
            usable = True
            error = _wire.error(e.failure)
            if error.code is ErrorCode.DRAINING:
                connection.endpoint.failed()
            raise error from None
        except TApplicationException as e:
            usable = e.type == TApplicationException.UNKNOWN_METHOD
            raise _wire.application_error(e) from e
        except Exception as e:
            raise self._broken(connection, deadline, e) from e
        finally:
            self.pool.give_back(connection, usable)

    def _broken(self, connection: Connection, deadline: float, cause: Exception) -> HeadgateError:
        outcome = Outcome.UNKNOWN if connection.written else Outcome.NOT_APPLIED
        node = connection.endpoint.address
        if not isinstance(cause, TTransportException) or cause.type not in _LOST:
            if connection.written:
                text = f"unreadable answer of {node}: {cause!r}"
                return local_error(ErrorCode.BAD_REPLY, outcome, text)
            text = f"request that cannot be written: {cause!r}"
            return local_error(ErrorCode.INVALID_ARGUMENT, outcome, text)
        connection.endpoint.failed()
        if time.monotonic() >= deadline:
            text = f"no answer in time from {node}: {cause}"
            return local_error(ErrorCode.DEADLINE_EXCEEDED, outcome, text)
        text = f"connection lost to {node}: {cause}"
        return local_error(ErrorCode.GATEWAY_UNREACHABLE, outcome, text)

    def _context(self, options: CallOptions, left_millis: int) -> ttypes.CallContext:
        trace = options.trace or {}
        state = trace.get("tracestate")
        if state is not None and len(state.encode()) > _MAX_TRACESTATE_BYTES:
            state = None
        return ttypes.CallContext(
            timeoutMillis=min(left_millis, _MAX_TIMEOUT_MILLIS),
            traceparent=trace.get("traceparent"),
            tracestate=state,
            clientId=self._client_id,
            token=self._token,
            userAgent=self._user_agent,
        )
