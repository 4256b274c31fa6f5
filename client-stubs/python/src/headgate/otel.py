"""Carries OpenTelemetry's trace context; needs ``opentelemetry-api`` (``headgate[otel]``).

    client = headgate.Client("localhost:9300", tracing=headgate.otel.tracing())
"""

from __future__ import annotations

import contextlib
from typing import Dict, Iterator, Mapping, Optional

from opentelemetry import context, propagate
from opentelemetry.propagators.textmap import TextMapPropagator

from headgate.tracing import Tracing


def tracing(propagator: Optional[TextMapPropagator] = None) -> Tracing:
    """For ``tracing`` of Client; None: OpenTelemetry's global propagator, at the time of each call."""

    def carrying() -> TextMapPropagator:
        return propagate.get_global_textmap() if propagator is None else propagator

    def inject(headers: Dict[str, str]) -> None:
        carrying().inject(headers)

    @contextlib.contextmanager
    def extract(headers: Mapping[str, str]) -> Iterator[None]:
        token = context.attach(carrying().extract(headers))
        try:
            yield
        finally:
            context.detach(token)

    return Tracing(inject, extract)
