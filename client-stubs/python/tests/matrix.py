"""Sends and receives messages from and to files, for the test of all client languages with each other.

    matrix.py produce ADDRESS TOPIC FILE              sends every message of FILE, in order
    matrix.py consume ADDRESS TOPIC GROUP COUNT FILE  receives and acks COUNT messages, and writes FILE

FILE is JSON Lines: body, key, tag, headers ([name, value] each); bytes are in base64, null is absent. For
produce ``compress`` forces compression (true) or forbids it; consume adds ``attempt`` and ``encoding``, as
it was on the wire. It exits with 0 when done, with 1 and a text on standard error otherwise; consume
gives up after 60 s without a message.
"""

from __future__ import annotations

import base64
import json
import sys
import threading

import headgate

PATIENCE = 60.0
USAGE = "usage: matrix.py produce ADDRESS TOPIC FILE | matrix.py consume ADDRESS TOPIC GROUP COUNT FILE"


def decoded(text):
    return None if text is None else base64.b64decode(text, validate=True)


def base64_of(data):
    return None if data is None else base64.b64encode(data).decode()


def message_of(line):
    headers = tuple(headgate.Header(name, decoded(value)) for name, value in line["headers"])
    return headgate.Message(decoded(line["body"]), decoded(line["key"]), line["tag"], headers)


def line_of(delivery):
    message = delivery.message
    return {
        "body": base64_of(delivery.body),
        "key": base64_of(message.key),
        "tag": message.tag,
        "headers": [[h.name, base64_of(h.value)] for h in message.headers],
        "attempt": delivery.attempt,
        "encoding": message.encoding,
    }


def produce(address, topic, file):
    with headgate.Client(address, compress_from=None) as client, open(file, encoding="utf-8") as lines:
        producer = client.producer()
        for number, text in enumerate(lines, 1):
            if not text.strip():
                continue
            try:
                line = json.loads(text)
                message = message_of(line)
                if line.get("compress"):
                    message = producer.compress(message)
                producer.send(topic, message)
            except (ValueError, KeyError, TypeError, headgate.HeadgateError) as e:
                raise SystemExit(f"matrix: {file}:{number}: {e!r}") from e


class Collector:
    """The handler: writes COUNT lines, and gives back what comes after them."""

    def __init__(self, out, count):
        self.out = out
        self.left = count
        self.failure = None
        self.consumer = None
        self.started = threading.Event()
        self.moved = threading.Event()

    def __call__(self, delivery):
        self.started.wait()
        if not self.left or self.failure:
            raise headgate.RetryLater(0, "not asked for")
        try:
            self.out.write(json.dumps(line_of(delivery)) + "\n")
            self.out.flush()
        except Exception as e:
            self.failure = e
            raise
        else:
            self.left -= 1
        finally:
            if not self.left or self.failure:
                self.consumer.stop()
            self.moved.set()


def consume(address, topic, group, count, file):
    with headgate.Client(address) as client, open(file, "w", encoding="utf-8") as out:
        collector = Collector(out, count)
        # One in hand: what comes after COUNT stays.
        with client.consumer(topic, group, collector, prefetch=0, poll_wait=1.0) as consumer:
            collector.consumer = consumer
            collector.started.set()
            while collector.left and not collector.failure and collector.moved.wait(PATIENCE):
                collector.moved.clear()
            last = consumer.last_failure
    if collector.failure:
        raise SystemExit(f"matrix: {collector.failure!r}")
    if collector.left:
        text = f"matrix: {count - collector.left} of {count} messages: no message for {PATIENCE:g} s"
        raise SystemExit(text + (f"; the last failure: {last}" if last else ""))


def main(args):
    try:
        if len(args) == 4 and args[0] == "produce":
            produce(*args[1:])
        elif len(args) == 6 and args[0] == "consume":
            address, topic, group, count, file = args[1:]
            if not count.isdigit() or int(count) < 1:
                raise SystemExit(f"matrix: COUNT: {count!r} (expected: a number from 1)")
            consume(address, topic, group, int(count), file)
        else:
            raise SystemExit(USAGE)
    except (OSError, ValueError, headgate.HeadgateError) as e:
        raise SystemExit(f"matrix: {e}") from e


if __name__ == "__main__":
    main(sys.argv[1:])
