"""Sends the lines of standard input: python send_lines.py TOPIC [ADDRESS] < FILE"""

import sys

import headgate

topic = sys.argv[1]
with headgate.Client(sys.argv[2] if len(sys.argv) > 2 else "localhost:9300") as client:
    producer = client.producer()
    for line in sys.stdin.buffer:
        producer.send(topic, line.rstrip(b"\n"))
