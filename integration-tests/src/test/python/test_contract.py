"""The delivery contract as a Python service sees it, through the real gateway on a real RocketMQ."""

import os
import threading
import time

import headgate
import pytest
from headgate import ErrorCode, Outcome, SettleStatus

SOON = 20.0


def receive(client, topic, group, count, **options):
    """Receives until so many have come, or fails."""
    deliveries = []
    deadline = time.monotonic() + SOON
    while len(deliveries) < count and time.monotonic() < deadline:
        deliveries += client.receive(
            topic, group, max_messages=count - len(deliveries), wait=0.5, **options
        )
    assert len(deliveries) == count
    return deliveries


def test_D1_acknowledged_message_arrives(client, topic, group):
    receipt = client.producer().send(topic, "hello")

    [delivery] = receive(client, topic, group, 1)

    assert delivery.body == b"hello"
    assert delivery.message_id == receipt.message_id
    assert delivery.attempt == 1
    assert client.ack(delivery)[0].done


def test_D4_batch_answers_entry_by_entry(client, topic, group):
    outcomes = client.producer().send_batch(
        topic,
        [
            headgate.Message(b"first"),
            headgate.Message(b"bad", headers=(headgate.Header("headgate-own", b"1"),)),
            headgate.Message(b"third"),
        ],
    )

    assert isinstance(outcomes[0], headgate.SendReceipt)
    assert isinstance(outcomes[1], headgate.HeadgateError)
    assert outcomes[1].code is ErrorCode.INVALID_ARGUMENT
    assert isinstance(outcomes[2], headgate.SendReceipt)
    assert {d.body for d in receive(client, topic, group, 2)} == {b"first", b"third"}


def test_D5_bytes_arrive_as_they_were_sent(client, topic, group):
    message = headgate.Message(
        body=bytes(range(256)),
        key=b"\x00\xff\x01",
        tag="red",
        headers=(
            headgate.Header("same", b"one"),
            headgate.Header("same", b"\x00\xfe"),
            headgate.Header("empty", b""),
            headgate.Header("absent", None),
        ),
        encoding="gzip",
    )

    client.producer().send(topic, message)

    assert receive(client, topic, group, 1)[0].message == message


def test_D5_one_byte_over_the_limit_is_refused_and_the_client_goes_on(client, topic, group):
    limit = 4 << 20
    noise = os.urandom(limit + 1)  # what the client would compress is no longer too large
    client.producer().send(topic, noise[:limit])

    with pytest.raises(headgate.CallerError) as refused:
        client.producer().send(topic, noise)

    assert refused.value.code is ErrorCode.MESSAGE_TOO_LARGE
    assert refused.value.outcome is Outcome.NOT_APPLIED
    assert str(limit) in refused.value.message
    assert str(limit + 1) in refused.value.message
    client.producer().send(topic, b"after")
    assert {len(d.body) for d in receive(client, topic, group, 2)} == {limit, 5}


def test_D10_leased_message_is_given_to_no_one_else(client, topic, group):
    client.producer().send(topic, "one")
    [held] = receive(client, topic, group, 1, lease=15)

    assert len(client.receive(topic, group, wait=1.0)) == 0

    assert client.ack(held)[0].done


def test_D12_nacked_message_comes_back_with_the_next_attempt(client, topic, group):
    client.producer().send(topic, "again")
    [first] = receive(client, topic, group, 1)
    start = time.monotonic()
    assert client.nack(first, delay=1.0, reason="not yet")[0].done

    [second] = receive(client, topic, group, 1)

    assert time.monotonic() - start >= 0.95
    assert second.attempt == 2
    assert second.message_id == first.message_id
    client.ack(second)


def test_D12_expired_lease_brings_the_message_back(client, topic, group):
    client.producer().send(topic, "forgotten")
    [first] = receive(client, topic, group, 1, lease=1)

    [second] = receive(client, topic, group, 1)

    assert second.attempt == 2
    assert client.ack(first)[0].status in (SettleStatus.EXPIRED, SettleStatus.FENCED)
    assert client.ack(second)[0].done


def test_D14_extend_prolongs_the_lease(client, topic, group):
    client.producer().send(topic, "slow work")
    [held] = receive(client, topic, group, 1, lease=1.5)

    [extended] = client.extend(held, 10)

    assert extended.done
    assert 8 < extended.lease_time <= 10
    assert len(client.receive(topic, group, wait=2.0)) == 0
    assert client.ack(held)[0].done


def test_D15_every_lease_is_answered_for_itself(client, topic, group):
    client.producer().send(topic, "one")
    [held] = receive(client, topic, group, 1)

    statuses = [result.status for result in client.ack([b"garbage", held])]

    assert statuses == [SettleStatus.UNKNOWN, SettleStatus.DONE]


def test_D19_messages_of_a_key_come_one_after_the_other(client, unique, group):
    topic = "ordered-" + unique
    for i in range(10):
        client.producer().send(topic, f"a{i}", key="a")
        client.producer().send(topic, f"b{i}", key="b")
    handled = []
    busy = {"a": 0, "b": 0}
    overlaps = []
    lock = threading.Lock()
    failed_once = threading.Event()

    def handle(delivery):
        key = delivery.key.decode()
        with lock:
            busy[key] += 1
            if busy[key] > 1:
                overlaps.append(delivery.body)
        try:
            if delivery.body == b"a3" and not failed_once.is_set():
                failed_once.set()
                raise headgate.RetryLater(0.3, "once more")
            with lock:
                handled.append(delivery.body.decode())
        finally:
            with lock:
                busy[key] -= 1

    with client.consumer(topic, group, handle, concurrency=4, poll_wait=0.5):
        deadline = time.monotonic() + SOON
        while len(handled) < 20 and time.monotonic() < deadline:
            time.sleep(0.05)

    assert failed_once.is_set()
    assert overlaps == []
    assert [text for text in handled if text[0] == "a"] == [f"a{i}" for i in range(10)]
    assert [text for text in handled if text[0] == "b"] == [f"b{i}" for i in range(10)]


def test_consumer_renews_the_lease_of_a_slow_handler(client, topic, group):
    client.producer().send(topic, "slow")
    attempts = []
    done = threading.Event()

    def handle(delivery):
        attempts.append(delivery.attempt)
        time.sleep(3.0)
        done.set()

    with client.consumer(topic, group, handle, lease=1.0, poll_wait=0.5):
        assert done.wait(SOON)

    assert attempts == [1]
    assert len(client.receive(topic, group, wait=1.5)) == 0


def test_D41_errors_have_stable_codes_and_outcomes(client, topic, group):
    with pytest.raises(headgate.CallerError) as unknown:
        client.producer().send("no-route-" + topic, b"lost")
    assert unknown.value.code is ErrorCode.UNKNOWN_TOPIC
    assert unknown.value.outcome is Outcome.NOT_APPLIED
    assert not unknown.value.retryable
    assert "no-route-" + topic in unknown.value.message

    with pytest.raises(headgate.CallerError) as malformed:
        client.receive(topic, group, max_messages=1001)
    assert malformed.value.code is ErrorCode.INVALID_ARGUMENT


def test_groups_show_their_lag(client, topic, group):
    client.producer().send(topic, "one")
    [held] = receive(client, topic, group, 1)
    [shown] = [g for g in client.admin().groups(topic=topic, group=group) if g.topic == topic]
    assert shown.in_flight == 1

    client.ack(held)

    deadline = time.monotonic() + SOON
    while time.monotonic() < deadline:
        [shown] = [g for g in client.admin().groups(topic=topic, group=group) if g.topic == topic]
        if shown.lag_messages == 0:
            break
        time.sleep(0.1)
    assert shown.lag_messages == 0
