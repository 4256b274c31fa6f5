"""Prints messages, one per line, until Ctrl-C: python receive_lines.py TOPIC GROUP [ADDRESS]"""

import sys

import headgate


def handle(delivery):
    print(delivery.body.decode(errors="replace"), flush=True)


topic, group = sys.argv[1:3]
with headgate.Client(sys.argv[3] if len(sys.argv) > 3 else "localhost:9300") as client:
    with client.consumer(topic, group, handle, concurrency=4) as consumer:
        try:
            consumer.wait()
        except KeyboardInterrupt:
            print("closing", file=sys.stderr)
