import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone

import pytest
from fake_gateway import FakeGateway, Fault, error, until

import headgate
from headgate import ErrorCode, HeadgateError, Message, Outcome, SettleStatus
from headgate import _wire


def refuse(gateway, code, *, retryable=True, outcome=Outcome.NOT_APPLIED, **more):
    gateway.topic.fail(error(code, retryable=retryable, outcome=outcome, **more))


def failing_send(client, **options):
    with pytest.raises(HeadgateError) as info:
        client.producer().send("t", b"x", **options)
    return info.value


def test_send_answers_with_a_receipt(gateway, client):
    receipt = client.producer().send("t", "hällo", key="k", headers={"a": "b"})

    assert receipt.message_id == "m1"
    assert gateway.topic.stored == ["hällo".encode()]
    assert gateway.topic.messages[0].key == b"k"


def test_binary_protocol_is_accelerated_where_it_can_be():
    fastbinary = pytest.importorskip("thrift.protocol.fastbinary")
    from thrift.protocol.TMultiplexedProtocol import TMultiplexedProtocol

    from headgate._connection import Connection
    from headgate._endpoint import Endpoint

    server = socket.create_server(("127.0.0.1", 0))
    port = server.getsockname()[1]
    connection = Connection.open(Endpoint(f"127.0.0.1:{port}"), 1.0, 1 << 20)
    protocol = connection.produce._oprot
    assert isinstance(protocol, TMultiplexedProtocol)
    assert protocol._fast_encode is fastbinary.encode_binary
    connection.close()
    server.close()


def test_D3_every_call_carries_its_deadline(gateway, client):
    client.producer().send("t", b"x", timeout=1.234)

    assert 1_000 <= gateway.topic.contexts[0].timeoutMillis <= 1_234
    assert gateway.topic.contexts[0].userAgent.startswith("headgate-python/")


def test_D5_bytes_arrive_as_they_were(gateway, client):
    message = Message(
        body=b"\x00\xff\xc3(\x00",
        key=b"\x00\x01",
        tag="blue",
        headers=(
            headgate.Header("empty", b""),
            headgate.Header("absent", None),
            headgate.Header("absent", "ü".encode()),
        ),
        encoding="zstd",
        deliver_at=datetime(2030, 1, 2, 3, 4, 5, 678000, timezone.utc),
    )

    client.producer().send("t", message)

    assert _wire.from_message(gateway.topic.messages[0]) == message


def test_D5_empty_and_large_bodies(gateway, open_client):
    client = open_client(compress_from=None)
    large = bytes(4 << 20)
    client.producer().send("t", b"")
    client.producer().send("t", large)

    assert gateway.topic.stored == [b"", large]
    assert gateway.accepted == 1


def test_D31_prepared_message_is_seen_when_it_is_committed(gateway, client):
    producer = client.producer()
    kept = producer.prepare("t", "g", "kept", key="k")
    dropped = producer.prepare("t", "g", "dropped")
    assert gateway.topic.stored == []

    checks = producer.pending_checks("g", wait=0.5)
    producer.commit(checks[0].transaction_id)
    producer.rollback(dropped.transaction_id)

    assert [c.transaction_id for c in checks] == [kept.transaction_id, dropped.transaction_id]
    assert checks[0].message.key == b"k"
    assert gateway.topic.stored == [b"kept"]
    with pytest.raises(HeadgateError) as info:
        producer.commit(dropped.transaction_id)
    assert info.value.code is ErrorCode.NOT_FOUND


def test_D4_batch_is_answered_entry_by_entry(client):
    outcomes = client.producer().send_batch("t", [b"a", b"bad", Message(b"c")])

    assert [isinstance(o, headgate.SendReceipt) for o in outcomes] == [True, False, True]
    assert outcomes[1].code is ErrorCode.MESSAGE_TOO_LARGE


def test_retryable_refusal_that_applied_nothing_is_retried(gateway, client):
    refuse(gateway, ErrorCode.ENGINE_UNAVAILABLE)
    refuse(gateway, ErrorCode.OVERLOADED)

    client.producer().send("t", b"x")

    assert gateway.topic.stored == [b"x"]
    assert gateway.accepted == 1


def test_final_refusal_is_not_retried(gateway, client):
    refuse(gateway, ErrorCode.UNKNOWN_TOPIC, retryable=False)

    assert failing_send(client).code is ErrorCode.UNKNOWN_TOPIC
    assert len(gateway.topic.contexts) == 1


def test_D2_uncertain_send_is_not_retried_unasked(gateway, client):
    refuse(gateway, ErrorCode.STORE_UNCERTAIN, outcome=Outcome.UNKNOWN)

    assert failing_send(client).outcome is Outcome.UNKNOWN
    assert len(gateway.topic.contexts) == 1


def test_D2_lost_reply_of_a_send_is_unknown(gateway, client):
    gateway.script(Fault.DROP_REPLY)

    failure = failing_send(client)

    assert isinstance(failure, headgate.UnavailableError)
    assert failure.code is ErrorCode.GATEWAY_UNREACHABLE
    assert failure.outcome is Outcome.UNKNOWN
    assert gateway.topic.stored == [b"x"]


def test_uncertain_send_is_retried_when_the_caller_accepts_duplicates(gateway, client):
    gateway.script(Fault.DROP_REPLY)

    client.producer().send("t", b"x", retry_uncertain=True)

    assert gateway.topic.stored == [b"x", b"x"]


def test_D2_refusal_after_an_uncertain_attempt_stays_unknown(gateway, client):
    refuse(gateway, ErrorCode.STORE_UNCERTAIN, outcome=Outcome.UNKNOWN)
    refuse(gateway, ErrorCode.PERMISSION_DENIED, retryable=False)

    failure = failing_send(client, retry_uncertain=True)

    assert failure.code is ErrorCode.PERMISSION_DENIED
    assert failure.outcome is Outcome.UNKNOWN


def test_repeatable_call_is_retried_after_a_lost_reply(gateway, client):
    gateway.script(Fault.DROP_REPLY, Fault.DROP_REQUEST)

    assert client.version().node == "fake-1"


@pytest.mark.parametrize("fault", [Fault.SILENCE, Fault.TRICKLE])
def test_D3_call_ends_at_its_deadline(gateway, client, fault):
    gateway.script(fault)
    before = time.monotonic()

    failure = failing_send(client, timeout=0.2)

    assert failure.code is ErrorCode.DEADLINE_EXCEEDED
    assert failure.outcome is Outcome.UNKNOWN
    assert 0.2 <= time.monotonic() - before < 2


def test_D3_write_that_nobody_reads_ends_at_its_deadline(open_client):
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        client = open_client(f"127.0.0.1:{deaf.getsockname()[1]}")
        before = time.monotonic()

        with pytest.raises(HeadgateError) as info:
            client.producer().send("t", bytes(32 << 20), timeout=0.3, encoding="none")

    assert info.value.code is ErrorCode.DEADLINE_EXCEEDED
    assert info.value.outcome is Outcome.NOT_APPLIED
    assert time.monotonic() - before < 3
    assert client._pool.in_use() == 0


def test_retries_stay_inside_the_deadline(gateway, client):
    for _ in range(1_000):
        refuse(gateway, ErrorCode.OVERLOADED)
    before = time.monotonic()

    assert failing_send(client, timeout=0.3).code is ErrorCode.OVERLOADED
    assert time.monotonic() - before < 1


def test_retry_after_past_the_deadline_ends_the_call_at_once(gateway, client):
    refuse(gateway, ErrorCode.QUOTA_EXCEEDED, retry_after_millis=60_000)

    assert failing_send(client).retry_after == 60
    assert len(gateway.topic.contexts) == 1


def test_connection_is_reused(gateway, client):
    for _ in range(20):
        client.producer().send("t", b"x")

    assert gateway.accepted == 1


@pytest.mark.parametrize("fault", [Fault.SILENCE, Fault.TRICKLE, Fault.GARBAGE])
def test_broken_connection_is_never_reused(gateway, client, fault):
    gateway.script(fault)
    failing_send(client, timeout=0.1)

    client.producer().send("t", b"y")

    assert gateway.accepted == 2
    assert gateway.topic.stored == [b"x", b"y"]


def test_nonsense_is_a_bad_reply(gateway, client):
    gateway.script(Fault.GARBAGE)

    failure = failing_send(client)

    assert failure.code is ErrorCode.BAD_REPLY
    assert failure.outcome is Outcome.UNKNOWN


def test_connection_closed_while_idle_is_replaced_without_an_error(gateway, client):
    client.producer().send("t", b"x")
    gateway.drop_connections()
    until("connection closed", lambda: not gateway.open)

    client.producer().send("t", b"y")

    assert gateway.topic.stored == [b"x", b"y"]


def test_no_connection_leaks(gateway, client):
    for _ in range(20):
        for fault in (Fault.NONE, Fault.DROP_REPLY, Fault.DROP_REQUEST, Fault.GARBAGE):
            gateway.script(fault)
            try:
                client.producer().send("t", b"x", timeout=1.0)
            except HeadgateError as e:
                assert e.outcome is Outcome.UNKNOWN

    assert client._pool.in_use() == 0
    assert client._pool.idle() <= 1
    until("connections closed", lambda: len(gateway.open) <= 1)


def test_pool_bounds_connections(gateway, open_client):
    client = open_client(max_connections=3)
    with ThreadPoolExecutor(16) as threads:
        list(threads.map(lambda i: client.producer().send("t", b"x"), range(200)))

    assert len(gateway.topic.stored) == 200
    assert gateway.accepted <= 3


def test_call_that_finds_no_connection_free_fails_at_its_deadline(gateway, open_client):
    client = open_client(max_connections=1)
    gateway.script(Fault.SILENCE)
    hanging = threading.Thread(target=failing_send, args=(client,), kwargs={"timeout": 1.0})
    hanging.start()
    until("first call under way", lambda: gateway.topic.stored)

    with pytest.raises(headgate.LimitError) as info:
        client.version(timeout=0.05)

    assert info.value.code is ErrorCode.CLIENT_OVERLOADED
    assert info.value.outcome is Outcome.NOT_APPLIED
    hanging.join(5)


def test_parked_receives_leave_connections_to_other_calls(gateway, open_client):
    client = open_client(max_connections=1)
    got = []
    poll = threading.Thread(target=lambda: got.extend(client.receive("t", "g", wait=5)))
    poll.start()
    until("receive parked", lambda: gateway.topic.parked == 1)

    assert client.version().node == "fake-1"
    gateway.topic.queue("x")
    poll.join(5)
    assert [d.body for d in got] == [b"x"]


def test_call_moves_to_an_address_that_answers(gateway, open_client):
    with socket.create_server(("127.0.0.1", 0)) as unused:
        dead = unused.getsockname()[1]
    for _ in range(10):  # The first address is chosen at random.
        client = open_client([f"127.0.0.1:{dead}", gateway.address])
        client.producer().send("t", b"x")

    assert len(gateway.topic.stored) == 10


def test_draining_node_is_left_for_another(gateway, open_client):
    second = FakeGateway()
    refuse(gateway, ErrorCode.DRAINING)
    refuse(second, ErrorCode.DRAINING)

    open_client(f"{gateway.address},{second.address}").producer().send("t", b"x")

    assert len(gateway.topic.stored) + len(second.topic.stored) == 1
    assert gateway.accepted and second.accepted
    second.close()


def test_nobody_there_is_unreachable_and_nothing_applied(gateway, client):
    gateway.close()

    failure = failing_send(client, timeout=0.2)

    assert failure.code is ErrorCode.GATEWAY_UNREACHABLE
    assert failure.outcome is Outcome.NOT_APPLIED
    assert gateway.address in failure.message


def test_gateway_that_comes_back_is_found_within_the_call(gateway, client):
    gateway.close()
    send = threading.Thread(target=client.producer().send, args=("t", b"x"))
    send.start()

    again = FakeGateway(gateway.port)
    send.join(5)

    assert again.topic.stored == [b"x"]
    again.close()


def test_code_of_a_newer_contract_keeps_its_number(gateway, client):
    newer = error(ErrorCode.INTERNAL, retryable=False, outcome=Outcome.NOT_APPLIED)
    newer.failure.code = 4_711
    newer.failure.category = 99
    newer.failure.outcome = None
    gateway.topic.fail(newer)

    failure = failing_send(client)

    assert failure.code is ErrorCode.UNRECOGNIZED
    assert failure.code_number == 4_711
    assert failure.outcome is Outcome.UNKNOWN
    assert isinstance(failure, headgate.InternalError)


def test_trace_context_goes_with_call_and_message(gateway, client):
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    client.producer().send("t", b"x", traceparent=trace, tracestate="a=b")

    assert gateway.topic.contexts[0].traceparent == trace
    headers = [(h.name, h.value) for h in gateway.topic.messages[0].headers]
    assert headers == [("traceparent", trace.encode()), ("tracestate", b"a=b")]


def test_request_that_cannot_be_written_is_the_callers_fault(gateway, client):
    with pytest.raises(headgate.CallerError) as info:
        client.producer().send(7, b"x")

    assert info.value.outcome is Outcome.NOT_APPLIED
    assert not gateway.topic.contexts


def test_closed_client_refuses(client):
    client.close()

    assert failing_send(client).code is ErrorCode.CLIENT_CLOSED


def test_D15_settling_answers_per_lease(gateway, client):
    gateway.topic.queue("a", "b")
    received = client.receive("t", "g", max_messages=2)

    assert [r.status for r in client.extend(received, 9)] == [SettleStatus.DONE] * 2
    assert [r.done for r in client.ack(received[0])] == [True]
    assert [r.done for r in client.nack([received[1]], delay=3, reason="later")] == [True]
    assert gateway.topic.acked == ["a"]
    assert gateway.topic.nacked[0].delayMillis == 3_000
    assert client.ack([]) == []


def test_settle_status_of_a_newer_contract_is_unknown(gateway, client):
    gateway.topic.settle_status = 77
    gateway.topic.queue("a")

    assert client.ack(client.receive("t", "g"))[0].status is SettleStatus.UNKNOWN


def test_admin_calls_answer(client):
    admin = client.admin()

    assert admin.create("t", partitions=4).partitions == 4
    assert [t.topic for t in admin.topics()] == ["t"]
    assert admin.groups()[0].lag_messages == 7
    assert admin.drain(0.01).took == 0.01
    with pytest.raises(HeadgateError):
        admin.config()


@pytest.mark.parametrize("address", ["", "localhost", "localhost:", ":9300", "localhost:0", "a:b"])
def test_addresses_are_checked(address):
    with pytest.raises(ValueError, match="host:port"):
        headgate.Client(address)
