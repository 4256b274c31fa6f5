import pytest
from fake_gateway import FakeGateway

import headgate


@pytest.fixture
def gateway():
    gateway = FakeGateway()
    yield gateway
    gateway.close()


@pytest.fixture
def open_client(gateway):
    """Makes clients that are closed after the test."""
    clients = []

    def make(addresses=None, **options):
        options = {"timeout": 5.0, "backoff_initial": 0.005, "backoff_max": 0.05, **options}
        client = headgate.Client(addresses or gateway.address, **options)
        clients.append(client)
        return client

    yield make
    for client in clients:
        client.close()


@pytest.fixture
def client(open_client):
    return open_client()
