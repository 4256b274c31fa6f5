import contextlib
import threading
from contextvars import ContextVar

import pytest
from fake_gateway import until

import headgate
from headgate import Trace, Tracing
from headgate.idl.gateway import ttypes

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def headers_of(message):
    return [(h.name, h.value.decode()) for h in message.headers or ()]


def carrying(**headers):
    return ttypes.Message(
        body=b"x", headers=[ttypes.Header(name=n, value=v.encode()) for n, v in headers.items()]
    )


def test_trace_goes_with_call_and_message(gateway, client):
    with headgate.use_trace(Trace(PARENT, "a=b", "tenant=7")):
        client.producer().send("t", b"x")
        client.producer().send_batch("t", [b"y"])
        client.version()
    client.producer().send("t", b"z")

    x, y, z = gateway.topic.messages
    expected = [("baggage", "tenant=7"), ("traceparent", PARENT), ("tracestate", "a=b")]
    assert headers_of(x) == headers_of(y) == expected
    assert headers_of(z) == []
    assert [c.traceparent for c in gateway.topic.contexts] == [PARENT] * 3 + [None]
    assert [c.tracestate for c in gateway.topic.contexts] == ["a=b"] * 3 + [None]
    assert headgate.current_trace() is None


def test_trace_of_a_message_is_not_replaced_and_a_long_state_stays_home(gateway, client):
    with headgate.use_trace(Trace(PARENT, "x" * 513)):
        client.producer().send("t", b"x", headers={"traceparent": "other"})

    assert headers_of(gateway.topic.messages[0]) == [("traceparent", "other")]
    assert gateway.topic.contexts[0].traceparent == PARENT
    assert gateway.topic.contexts[0].tracestate is None


def test_trace_that_the_call_names_wins(gateway, client):
    with headgate.use_trace(Trace("other", "c=d", "tenant=7")):
        client.producer().send("t", b"x", traceparent=PARENT)

    assert headers_of(gateway.topic.messages[0]) == [("traceparent", PARENT)]
    assert gateway.topic.contexts[0].traceparent == PARENT


def test_handler_goes_on_with_the_trace_of_its_message(gateway, client):
    gateway.topic.queue_messages(
        carrying(TraceParent=PARENT, baggage="tenant=7", other="x"), carrying()
    )
    seen = []

    def handler(delivery):
        seen.append(headgate.current_trace())
        client.producer().send("t", b"y")

    client.consumer("t", "g", handler, poll_wait=0.2)

    until("sent on", lambda: len(gateway.topic.messages) == 2)
    assert seen == [Trace(PARENT, None, "tenant=7"), None]
    assert headers_of(gateway.topic.messages[0]) == [
        ("baggage", "tenant=7"),
        ("traceparent", PARENT),
    ]
    assert headers_of(gateway.topic.messages[1]) == []


def test_hooks_decide_what_is_carried(gateway, open_client):
    current = ContextVar("current", default="1-2")

    @contextlib.contextmanager
    def extract(headers):
        token = current.set(headers["x-b3"])
        yield
        current.reset(token)

    hooks = Tracing(lambda headers: headers.update({"X-B3": current.get()}), extract)
    client = open_client(tracing=hooks)
    client.producer().send("t", b"x")
    gateway.topic.queue_messages(carrying(**{"X-B3": "3-4"}))
    seen = []

    client.consumer("t", "g", lambda d: seen.append(current.get()), poll_wait=0.2)

    until("handled", lambda: seen)
    assert headers_of(gateway.topic.messages[0]) == [("x-b3", "1-2")]
    assert seen == ["3-4"]


def test_hooks_that_fail_cost_no_message(gateway, open_client):
    def broken(headers):
        raise RuntimeError("no telemetry today")

    client = open_client(tracing=Tracing(broken, broken))
    client.producer().send("t", b"x")
    gateway.topic.queue("y")

    client.consumer("t", "g", lambda delivery: None, poll_wait=0.2)

    until("acked", lambda: gateway.topic.acked == ["y"])
    assert gateway.topic.stored == [b"x"]
    assert not gateway.topic.nacked


def test_handler_that_raises_leaves_no_trace_to_the_next(gateway, client):
    gateway.topic.queue_messages(carrying(traceparent=PARENT), carrying())
    seen = []
    both = threading.Event()

    def handler(delivery):
        seen.append(headgate.current_trace())
        if len(seen) == 2:
            both.set()
        raise ValueError("no stock")

    client.consumer("t", "g", handler, poll_wait=0.2)

    assert both.wait(10)
    assert seen == [Trace(PARENT), None]


def test_opentelemetry_is_carried(gateway, open_client):
    pytest.importorskip("opentelemetry")
    from opentelemetry import baggage, context, trace

    import headgate.otel

    client = open_client(tracing=headgate.otel.tracing())
    span = trace.SpanContext(0x0AF7, 0xB7AD, False, trace.TraceFlags(1))
    outer = baggage.set_baggage("tenant", "7")
    token = context.attach(trace.set_span_in_context(trace.NonRecordingSpan(span), outer))
    client.producer().send("t", b"x")
    context.detach(token)
    gateway.topic.queue_messages(gateway.topic.messages[0])
    seen = []

    def handler(delivery):
        seen.append((trace.get_current_span().get_span_context(), baggage.get_baggage("tenant")))

    client.consumer("t", "g", handler, poll_wait=0.2)

    until("handled", lambda: seen)
    found, tenant = seen[0]
    assert (found.trace_id, found.span_id, found.is_remote) == (0x0AF7, 0xB7AD, True)
    assert tenant == "7"
    assert gateway.topic.contexts[0].traceparent.startswith("00-")
