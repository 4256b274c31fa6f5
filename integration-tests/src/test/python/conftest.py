"""What every test has: a client of the gateway that HEADGATE_ADDRESS names, a topic and a group of its own."""

import os
import uuid

import headgate
import pytest


@pytest.fixture
def client():
    with headgate.Client(os.environ["HEADGATE_ADDRESS"], timeout=20) as client:
        yield client


@pytest.fixture
def unique():
    return "py-" + uuid.uuid4().hex[:8]


@pytest.fixture
def topic(unique):
    return "x-" + unique


@pytest.fixture
def group(unique):
    return "group-" + unique
