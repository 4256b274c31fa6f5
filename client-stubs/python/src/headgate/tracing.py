"""Trace context, between what the caller does and the messages that tell of it."""

from __future__ import annotations

import contextlib
import logging
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Callable, ContextManager, Dict, Iterator, Mapping, Optional

from headgate.messages import Message

_log = logging.getLogger("headgate")


@dataclass(frozen=True)
class Trace:
    """W3C trace context, as it stands in headers."""

    parent: Optional[str] = None
    """The ``traceparent``: version, trace id, span id and flags."""
    state: Optional[str] = None
    """The ``tracestate``."""
    baggage: Optional[str] = None
    """The ``baggage``; it goes with messages only."""


_current: ContextVar[Optional[Trace]] = ContextVar("headgate_trace", default=None)


def current_trace() -> Optional[Trace]:
    """What ``use_trace``, or the message that is being handled, brought; None: nothing."""
    return _current.get()


@contextlib.contextmanager
def use_trace(trace: Trace) -> Iterator[None]:
    """Calls and messages of this thread or task carry the trace, until the ``with`` ends."""
    token = _current.set(trace)
    try:
        yield
    finally:
        _current.reset(token)


def _inject(headers: Dict[str, str]) -> None:
    trace = _current.get() or Trace()
    for name, value in (
        ("traceparent", trace.parent),
        ("tracestate", trace.state),
        ("baggage", trace.baggage),
    ):
        if value is not None:
            headers[name] = value


def _extract(headers: Mapping[str, str]) -> ContextManager[object]:
    trace = Trace(headers.get("traceparent"), headers.get("tracestate"), headers.get("baggage"))
    return contextlib.nullcontext() if trace == Trace() else use_trace(trace)


@dataclass(frozen=True)
class Tracing:
    """The hooks that carry trace context. Names of headers are lower case.

    A hook that raises is logged, and call or handler go on without a trace.
    """

    inject: Callable[[Dict[str, str]], object] = _inject
    """Writes what the caller's context carries. It goes with the call (``traceparent`` and
    ``tracestate``) and into the headers of sent messages. Default: what ``use_trace`` has set."""
    extract: Callable[[Mapping[str, str]], ContextManager[object]] = _extract
    """Out of the headers of a received message, a context manager in which its handler runs.
    Default: makes them the ``current_trace``."""

    def injected(self) -> Dict[str, str]:
        """What the caller's context carries."""
        headers: Dict[str, str] = {}
        try:
            self.inject(headers)
        except Exception:
            _log.warning("cannot inject trace context", exc_info=True)
            return {}
        return {name.lower(): value for name, value in headers.items()}

    @contextlib.contextmanager
    def extracted(self, message: Message) -> Iterator[None]:
        """Runs with what the message carries."""
        headers: Dict[str, str] = {}
        for header in message.headers:
            if header.value is not None:
                headers.setdefault(header.name.lower(), header.value.decode(errors="replace"))
        with contextlib.ExitStack() as stack:
            try:
                stack.enter_context(self.extract(headers))
            except Exception:
                _log.warning("cannot extract trace context", exc_info=True)
            yield
