"""The examples as a reader starts them, in a process of their own."""

import pathlib
import subprocess
import sys

from fake_gateway import until

EXAMPLES = pathlib.Path(__file__).parent.parent / "examples"


def test_send_lines_sends_lines(gateway):
    subprocess.run(
        [sys.executable, EXAMPLES / "send_lines.py", "t", gateway.address],
        input=b"one\ntwo\n",
        check=True,
        timeout=50,
    )

    assert gateway.topic.stored == [b"one", b"two"]


def test_receive_lines_prints_lines(gateway):
    gateway.topic.queue("one")
    with subprocess.Popen(
        [sys.executable, EXAMPLES / "receive_lines.py", "t", "g", gateway.address],
        stdout=subprocess.PIPE,
    ) as receiver:
        try:
            assert receiver.stdout.readline() == b"one\n"
            until("acked", lambda: gateway.topic.acked == ["one"])
        finally:
            receiver.kill()
