import threading
import time

import pytest
from fake_gateway import Fault, error, until

import headgate
from headgate import ErrorCode, Outcome
from headgate.idl.gateway import ttypes


@pytest.fixture
def consume(open_client):
    client = open_client(timeout=2.0)

    def start(handler, **options):
        options = {"poll_wait": 0.2, "close_timeout": 5.0, **options}
        return client.consumer("t", "g", handler, **options)

    start.client = client
    return start


def test_D11_what_the_handler_returns_from_is_acked(gateway, consume):
    gateway.topic.queue("a", "b", "c")

    consume(lambda delivery: None)

    until("all acked", lambda: len(gateway.topic.acked) == 3)
    assert sorted(gateway.topic.acked) == ["a", "b", "c"]
    assert not gateway.topic.nacked


def test_D12_what_the_handler_raises_at_is_nacked(gateway, consume):
    gateway.topic.queue("bad", "good")

    def handler(delivery):
        if delivery.body == b"bad":
            raise ValueError("no stock")

    consume(handler, nack_delay=7)

    until("settled", lambda: gateway.topic.acked and gateway.topic.nacked)
    assert gateway.topic.acked == ["good"]
    assert gateway.topic.nacked[0].reason == "ValueError: no stock"
    assert gateway.topic.nacked[0].delayMillis == 7_000


def test_D12_handler_chooses_the_delay(gateway, consume):
    gateway.topic.queue("x")

    def handler(delivery):
        raise headgate.RetryLater(120, "closed until then")

    consume(handler)

    until("nacked", lambda: gateway.topic.nacked)
    assert gateway.topic.nacked[0].delayMillis == 120_000
    assert gateway.topic.nacked[0].reason == "closed until then"


def test_handlers_run_at_once_up_to_the_concurrency(gateway, consume):
    gateway.topic.queue(*(f"x{i}" for i in range(12)))
    three = threading.Barrier(3)

    consume(lambda delivery: three.wait(5), concurrency=3)

    until("all acked", lambda: len(gateway.topic.acked) == 12)
    assert not gateway.topic.nacked


def test_holds_no_more_than_it_asked_for(gateway, consume):
    gateway.topic.queue(*(f"x{i}" for i in range(50)))
    turn = threading.Semaphore(0)
    consumer = consume(lambda delivery: turn.acquire(), concurrency=2, prefetch=3)

    until("hand is full", lambda: consumer.in_hand == 5)
    assert len(gateway.topic.leased) == 5
    turn.release(50)
    until("all acked", lambda: len(gateway.topic.acked) == 50)


def test_acks_gather_into_batches(gateway, consume):
    gateway.topic.queue(*(f"x{i}" for i in range(300)))

    consume(lambda delivery: None, concurrency=4, prefetch=300)

    until("all acked", lambda: len(gateway.topic.acked) == 300)
    assert gateway.topic.ack_calls < 300


def test_D14_lease_is_renewed_while_the_handler_runs(gateway, consume):
    gateway.topic.lease_millis = 400
    gateway.topic.queue("slow", "waits")
    finish = threading.Event()

    consume(lambda delivery: finish.wait(20))

    until("both renewed thrice", lambda: len(gateway.topic.extended) >= 6)
    assert set(gateway.topic.extended) == {b"lease-0", b"lease-1"}
    finish.set()
    until("acked", lambda: len(gateway.topic.acked) == 2)


def test_message_whose_lease_is_lost_is_not_handled(gateway, consume):
    gateway.topic.lease_millis = 300
    gateway.topic.extend_status = ttypes.SettleStatus.FENCED
    gateway.topic.queue("running", "waiting")
    finish = threading.Event()
    handled = []

    def handler(delivery):
        handled.append(delivery.body)
        finish.wait(20)

    consumer = consume(handler)

    until("the waiting one is dropped", lambda: handled and consumer.in_hand == 1)
    finish.set()
    until("the running one is settled", lambda: consumer.in_hand == 0)
    assert handled == [b"running"]


def test_ack_is_repeated_when_its_reply_is_lost(gateway, consume):
    gateway.topic.queue("a")

    consume(lambda delivery: gateway.script(Fault.DROP_REPLY, Fault.DROP_REPLY))

    until("acked", lambda: gateway.topic.acked)
    assert gateway.topic.acked == ["a"]


def test_ack_is_repeated_while_the_owner_cannot_be_reached(gateway, consume):
    gateway.topic.settle_status = ttypes.SettleStatus.UNAVAILABLE
    gateway.topic.queue("a")
    consumer = consume(lambda delivery: None)

    until("tried twice", lambda: gateway.topic.ack_calls >= 2)
    gateway.topic.settle_status = ttypes.SettleStatus.DONE

    until("settled", lambda: consumer.in_hand == 0)


def test_receiving_goes_on_after_failures(gateway, consume):
    for _ in range(3):
        gateway.topic.fail(
            error(ErrorCode.PERMISSION_DENIED, retryable=False, outcome=Outcome.NOT_APPLIED)
        )
    consumer = consume(lambda delivery: None)
    until("failure shown", lambda: consumer.last_failure is not None)

    gateway.topic.queue("x")

    until("acked", lambda: gateway.topic.acked == ["x"])


def test_close_settles_what_runs_and_gives_back_the_rest(gateway, consume):
    gateway.topic.queue("running", "unstarted-1", "unstarted-2")
    started, finish = threading.Event(), threading.Event()

    def handler(delivery):
        started.set()
        finish.wait(20)

    consumer = consume(handler, prefetch=2)
    assert started.wait(5)
    until("hand is full", lambda: consumer.in_hand == 3)

    closer = threading.Thread(target=consumer.close)
    closer.start()
    until("unstarted given back", lambda: len(gateway.topic.nacked) == 2)
    assert not gateway.topic.acked
    finish.set()
    closer.join(5)

    assert not closer.is_alive()
    assert gateway.topic.acked == ["running"]
    assert [entry.delayMillis for entry in gateway.topic.nacked] == [0, 0]
    assert not gateway.topic.leased
    assert consume.client._pool.in_use() == 0


def test_close_gives_back_what_its_last_receive_brought(gateway, consume):
    consumer = consume(lambda delivery: None, poll_wait=5)
    until("receive parked", lambda: gateway.topic.parked == 1)

    consumer.stop()
    gateway.topic.queue("late")
    consumer.close()

    assert not gateway.topic.leased
    assert len(gateway.topic.acked) + len(gateway.topic.nacked) == 1


def test_close_does_not_wait_for_ever(gateway, consume):
    gateway.topic.queue("stuck")
    started, finish = threading.Event(), threading.Event()

    def handler(delivery):
        started.set()
        finish.wait(20)

    consumer = consume(handler, close_timeout=0.4)
    assert started.wait(5)
    before = time.monotonic()

    consumer.close()

    assert time.monotonic() - before < 5
    assert consumer.wait(0)
    finish.set()


def test_context_managers_close(gateway, open_client):
    gateway.topic.queue("a")
    with open_client() as client:
        with client.consumer("t", "g", lambda delivery: None, poll_wait=0.1) as consumer:
            until("acked", lambda: gateway.topic.acked == ["a"])
        assert consumer.wait(0)

    with pytest.raises(headgate.CallerError):
        client.version()


def test_closing_the_client_closes_its_consumers(gateway, consume):
    handled = []
    gateway.topic.queue(*(f"x{i}" for i in range(20)))
    consume(lambda delivery: handled.append(delivery.body))
    until("some handled", lambda: len(handled) > 3)

    consume.client.close()

    assert not gateway.topic.leased
    assert len(gateway.topic.acked) == len(handled)
