import gzip
import importlib
import os
import pickle
import tracemalloc
from datetime import datetime, timezone

import pytest
from fake_gateway import until

import headgate
from headgate import Message, _zstd
from headgate._codec import Codec
from headgate.idl.gateway import ttypes

STANDARD = "compression.zstd"


def library(name):
    if name == "none":
        return None
    if name == "zstandard":
        return _zstd.PackagedZstd(pytest.importorskip("zstandard"))
    try:
        return _zstd.StandardZstd(importlib.import_module(STANDARD))
    except ImportError:  # The same interface, for older Pythons.
        return _zstd.StandardZstd(pytest.importorskip("backports.zstd"))


@pytest.fixture(params=["zstandard", "standard"])
def zstd(request, monkeypatch):
    """Each of the libraries in turn, as the one that is installed."""
    found = library(request.param)
    monkeypatch.setattr(_zstd, "LIBRARY", found)
    return found


@pytest.fixture
def no_zstd(monkeypatch):
    monkeypatch.setattr(_zstd, "LIBRARY", None)


def encoded(encoding, body):
    return ttypes.Message(body=body, encoding=encoding)


def test_large_body_is_compressed_where_that_makes_it_smaller(zstd, gateway, client):
    noise = os.urandom(8192)
    producer = client.producer()
    producer.send("t", bytes(4096))
    producer.send("t", bytes(4095))
    producer.send("t", noise)

    zeros, short, random = gateway.topic.messages
    assert zeros.encoding == "zstd" and len(zeros.body) < 100
    assert zstd.open(zeros.body, 4096) == bytes(4096)
    assert (short.encoding, short.body) == (None, bytes(4095))
    assert (random.encoding, random.body) == (None, noise)


def test_every_way_to_send_compresses(zstd, gateway, client):
    producer = client.producer()
    producer.send_batch("t", [b"short", bytes(5000)])
    producer.prepare("t", "g", bytes(5000))

    assert [m.encoding for m in gateway.topic.messages] == [None, "zstd"]
    check = producer.pending_checks("g")[0]
    assert check.message.encoding == "zstd"
    assert check.body == bytes(5000)


def test_encoding_of_the_caller_is_left_alone(gateway, client):
    client.producer().send("t", bytes(8192), encoding="mine")
    client.producer().send("t", client.producer().compress(Message(bytes(8192), encoding="mine")))

    assert [(m.encoding, m.body) for m in gateway.topic.messages] == [("mine", bytes(8192))] * 2


def test_gzip_stands_in_where_there_is_no_zstd(no_zstd, gateway, client):
    client.producer().send("t", bytes(4096))

    assert gateway.topic.messages[0].encoding == "gzip"
    assert gzip.decompress(gateway.topic.stored[0]) == bytes(4096)


def test_compression_can_be_forced_and_forbidden(zstd, gateway, open_client):
    producer = open_client(compress_from=None).producer()
    producer.send("t", bytes(8192))
    producer.send("t", producer.compress(Message(b"x")))
    open_client(compress_from=10).producer().send("t", bytes(20))

    assert [m.encoding for m in gateway.topic.messages] == [None, "zstd", "zstd"]


def test_compressed_bodies_are_opened(zstd, gateway, client):
    large = os.urandom(1 << 20) + bytes(3 << 20)
    gateway.topic.queue_messages(
        encoded("zstd", zstd.compress(b"za")),
        encoded("gzip", gzip.compress(b"ga")),
        encoded("zstd", zstd.compress(b"")),
        encoded("gzip", gzip.compress(b"")),
        encoded("zstd", zstd.compress(b"two ") + zstd.compress(b"frames")),
        encoded("gzip", gzip.compress(b"two ") + gzip.compress(b"members")),
        encoded("zstd", zstd.compress(large)),
        encoded(None, b"plain"),
        encoded("", b"plain too"),
    )

    received = client.receive("t", "g")

    bodies = [b"za", b"ga", b"", b"", b"two frames", b"two members", large, b"plain", b"plain too"]
    assert [d.body for d in received] == bodies
    assert received[0].message.encoding == "zstd"
    assert received[0].body is received[0].body


@pytest.mark.parametrize("one, other", [("zstandard", "standard"), ("standard", "zstandard")])
def test_the_libraries_open_each_others_frames(one, other):
    assert library(other).open(library(one).compress(b"x" * 9999), 9999) == b"x" * 9999


def test_body_that_cannot_be_opened_says_why_and_harms_no_other(zstd, gateway, client):
    whole_zstd, whole_gzip = zstd.compress(os.urandom(999)), gzip.compress(os.urandom(999))
    damaged = [
        ("zstd", b"nonsense"),
        ("gzip", b"nonsense"),
        ("zstd", whole_zstd[:-5]),
        ("gzip", whole_gzip[:-5]),
        ("gzip", whole_gzip[:-5] + b"other"),
        ("zstd", whole_zstd + b"rest"),
        ("gzip", whole_gzip + b"rest"),
        ("zstd", b""),
        ("gzip", b""),
    ]
    gateway.topic.queue_messages(
        encoded("br", b"x"), *(encoded(*one) for one in damaged), encoded(None, b"sound")
    )

    strange, *broken, sound = client.receive("t", "g")

    with pytest.raises(headgate.UnknownEncodingError) as info:
        strange.body
    assert str(info.value) == 'cannot open a body in encoding "br" (expected: zstd, gzip)'
    assert strange.message.body == b"x"
    for delivery, (encoding, body) in zip(broken, damaged):
        with pytest.raises(headgate.DamagedBodyError, match=f"the {encoding} body is damaged"):
            delivery.body
        assert delivery.message.body == body
    assert sound.body == b"sound"
    assert all(result.done for result in client.ack([strange, *broken, sound]))


def test_missing_codec_is_named(no_zstd, gateway, client):
    gateway.topic.queue_messages(encoded("zstd", b"x"), encoded("gzip", gzip.compress(b"y")))

    first, second = client.receive("t", "g")

    with pytest.raises(headgate.CodecNotInstalledError, match=r"install headgate\[zstd\]"):
        first.body
    assert second.body == b"y"


def test_decompression_is_bounded(zstd, gateway, open_client):
    limit = 256 << 10
    bomb = bytes(64 << 20)
    fits = b"fits" * (limit // 4)
    gateway.topic.queue_messages(
        encoded("zstd", zstd.compress(bomb)),
        encoded("zstd", zstd.compress(bomb[:limit]) * 4),
        encoded("gzip", gzip.compress(bomb, 1)),
        encoded("zstd", zstd.compress(fits)),
        encoded("gzip", gzip.compress(fits)),
    )
    *bombs, third, fourth = open_client(max_opened_bytes=limit).receive("t", "g")
    tracemalloc.start()

    for delivery in bombs:
        with pytest.raises(headgate.BodyTooLargeError) as info:
            delivery.body
        assert info.value.limit_bytes == limit

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 << 20
    assert third.body == fourth.body == fits


def test_consumer_nacks_what_it_cannot_open(gateway, client):
    gateway.topic.queue_messages(
        encoded("br", b"x"), encoded("gzip", b"nonsense"), encoded("gzip", gzip.compress(b"y"))
    )
    seen = []

    client.consumer("t", "g", lambda d: seen.append(d.body), nack_delay=7, poll_wait=0.2)

    until("settled", lambda: len(gateway.topic.nacked) == 2 and len(gateway.topic.acked) == 1)
    assert seen == [b"y"]
    strange, damaged = gateway.topic.nacked
    assert strange.reason == 'cannot open a body in encoding "br" (expected: zstd, gzip)'
    assert strange.delayMillis == 7_000
    assert damaged.reason.startswith("the gzip body is damaged: ")


def test_consumer_keeps_bodies_encoded_where_asked(gateway, client):
    gateway.topic.queue_messages(encoded("br", b"x"))
    seen = []

    client.consumer(
        "t", "g", lambda d: seen.append(d.message), keep_encoded=True, poll_wait=0.2
    )

    until("acked", lambda: len(gateway.topic.acked) == 1)
    assert seen == [Message(b"x", encoding="br")]


def test_deliveries_can_be_made_and_pickled():
    now = datetime.now(timezone.utc)
    message = Message(gzip.compress(b"x"), encoding="gzip")
    delivery = headgate.Delivery(b"lease", 30.0, 1, "m", message, now, now, "p:0:0")

    assert delivery.body == b"x"
    assert pickle.loads(pickle.dumps(delivery)) == delivery
    for error in (
        headgate.UnknownEncodingError("br"),
        headgate.DamagedBodyError("gzip", "cut off"),
        headgate.BodyTooLargeError("zstd", 7),
    ):
        assert str(pickle.loads(pickle.dumps(error))) == str(error)


@pytest.mark.parametrize("options", [{"compress_from": -1}, {"max_opened_bytes": 0}])
def test_limits_are_checked(options):
    with pytest.raises(ValueError, match="expected"):
        headgate.Client("localhost:9300", **options)


def test_bodies_of_many_small_parts_are_opened_in_time(zstd):
    codec = Codec()

    assert codec.open(zstd.compress(b"x") * 20_000, "zstd") == b"x" * 20_000
    assert codec.open(gzip.compress(b"x") * 20_000, "gzip") == b"x" * 20_000
