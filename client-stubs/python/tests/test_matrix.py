"""The program of the cross-language test, in a process of its own."""

import json
import pathlib
import subprocess
import sys

import pytest

MATRIX = pathlib.Path(__file__).parent / "matrix.py"

LINES = [
    {
        "body": "AP8=",
        "key": "a2V5",
        "tag": "blue",
        "headers": [["a", "eA=="], ["empty", ""], ["absent", None]],
        "compress": True,
    },
    {"body": "", "key": None, "tag": None, "headers": [], "compress": False},
    {"body": "YWFh" * 2000, "key": None, "tag": None, "headers": [], "compress": False},
]


def matrix(*args):
    command = [sys.executable, MATRIX, *map(str, args)]
    return subprocess.run(command, capture_output=True, text=True, timeout=90)


def test_what_is_produced_is_consumed(gateway, tmp_path):
    file, out = tmp_path / "in", tmp_path / "out"
    file.write_text("".join(json.dumps(line) + "\n" for line in LINES))

    produced = matrix("produce", gateway.address, "t", file)
    assert (produced.returncode, produced.stderr) == (0, "")
    encoding = gateway.topic.messages[0].encoding
    gateway.topic.queue_messages(*gateway.topic.messages)
    gateway.topic.queue("one more")
    consumed = matrix("consume", gateway.address, "t", "g", 3, out)

    assert (consumed.returncode, consumed.stderr) == (0, "")
    expected = [dict(line, attempt=1, encoding=None) for line in LINES]
    expected[0]["encoding"] = encoding
    for line in expected:
        del line["compress"]
    assert encoding in ("zstd", "gzip")
    assert [json.loads(line) for line in out.read_text().splitlines()] == expected
    assert len(gateway.topic.acked) == 3
    assert not gateway.topic.leased


@pytest.mark.parametrize(
    "args, named",
    [
        ([], "usage"),
        (["consume", "a:1", "t", "g", "many", "f"], "COUNT"),
        (["produce", "nowhere", "t", MATRIX], "host:port"),
        (["produce", "a:1", "t", "/none/such"], "/none/such"),
        (["produce", "a:1", "t", MATRIX], "matrix.py:1:"),
    ],
)
def test_faults_are_named(args, named):
    failed = matrix(*args)

    assert failed.returncode == 1
    assert named in failed.stderr
