"""A gateway of one process and no broker, whose failures follow a script."""

from __future__ import annotations

import enum
import socket
import struct
import threading
import time
from collections import deque

from thrift.protocol.TBinaryProtocol import TBinaryProtocol
from thrift.TMultiplexedProcessor import TMultiplexedProcessor
from thrift.transport.TTransport import TMemoryBuffer

from headgate.errors import ErrorCode, Outcome
from headgate.idl.admin import Admin as AdminStub
from headgate.idl.admin import ttypes as admin
from headgate.idl.gateway import Consume, Produce, ttypes


class Fault(enum.Enum):
    """What happens to one request."""

    NONE = 0
    DROP_REQUEST = 1  # The connection closes before anything is done.
    DROP_REPLY = 2  # The work is done and the connection closes instead of an answer.
    SILENCE = 3  # The work is done and the answer never comes.
    GARBAGE = 4  # The answer is a frame of nonsense.
    TRICKLE = 5  # The answer comes a byte at a time.


def error(code: ErrorCode, *, retryable: bool, outcome: Outcome, retry_after_millis=None):
    return ttypes.GatewayError(
        ttypes.Failure(
            code=int(code),
            category=ttypes.Category.AVAILABILITY,
            message=f"scripted {code.name}",
            retryable=retryable,
            outcome=outcome.value,
            retryAfterMillis=retry_after_millis,
        )
    )


class FakeTopic:
    """The one topic and group: what is sent is stored, what is queued is delivered."""

    def __init__(self):
        self.changed = threading.Condition(threading.RLock())
        self.stored = []
        self.messages = []
        self.contexts = []
        self.acked = []
        self.ack_calls = 0
        self.nacked = []
        self.extended = []
        self.leased = {}
        self.parked = 0
        self.lease_millis = 30_000
        self.settle_status = ttypes.SettleStatus.DONE
        self.extend_status = ttypes.SettleStatus.DONE
        self.closed = False
        self.prepared = {}
        self._errors = deque()
        self._ready = deque()
        self._next_lease = 0

    def fail(self, *errors):
        self._errors.extend(errors)

    def queue(self, *bodies):
        self.queue_messages(*(ttypes.Message(body=body.encode()) for body in bodies))

    def queue_messages(self, *messages):
        with self.changed:
            self._ready.extend(messages)
            self.changed.notify_all()

    def _begin(self, request):
        self.contexts.append(request.context)
        if self._errors:
            raise self._errors.popleft()

    def version(self, request):
        self._begin(request)
        return ttypes.VersionInfo(contract="1.0", gateway="fake", node="fake-1")

    def _store(self, message):
        self.messages.append(message)
        self.stored.append(message.body)
        return ttypes.SendResult(messageId=f"m{len(self.stored)}", position="p:0:0")

    def send(self, request):
        with self.changed:
            self._begin(request)
            return self._store(request.message)

    def sendBatch(self, request):
        with self.changed:
            self._begin(request)
            outcomes = []
            for message in request.messages:
                if message.body.startswith(b"bad"):
                    failure = error(
                        ErrorCode.MESSAGE_TOO_LARGE, retryable=False, outcome=Outcome.NOT_APPLIED
                    ).failure
                    outcomes.append(ttypes.SendOutcome(failure=failure))
                else:
                    outcomes.append(ttypes.SendOutcome(result=self._store(message)))
            return ttypes.SendBatchResult(outcomes=outcomes)

    def receive(self, request):
        with self.changed:
            self._begin(request)
            self.parked += 1
            self.changed.wait_for(
                lambda: self._ready or self.closed, (request.waitMillis or 0) / 1000
            )
            self.parked -= 1
            deliveries = []
            while self._ready and len(deliveries) < (request.maxMessages or 32):
                deliveries.append(self._lease(self._ready.popleft()))
            return ttypes.ReceiveResult(deliveries=deliveries)

    def _lease(self, message):
        lease = b"lease-%d" % self._next_lease
        self._next_lease += 1
        self.leased[lease] = message
        return ttypes.Delivery(
            lease=lease,
            leaseMillis=self.lease_millis,
            attempt=1,
            messageId="id-" + lease.decode(),
            message=message,
            bornAtMillis=1,
            storedAtMillis=2,
            position="p:0:0",
        )

    def _results(self, count, status, lease_millis=None):
        result = ttypes.SettleResult(status=status, leaseMillis=lease_millis)
        return ttypes.SettleResponse(results=[result] * count)

    def ack(self, request):
        with self.changed:
            self._begin(request)
            self.ack_calls += 1
            for lease in request.leases:
                message = self.leased.pop(lease, None)
                if message is not None:
                    self.acked.append(message.body.decode(errors="replace"))
            return self._results(len(request.leases), self.settle_status)

    def nack(self, request):
        with self.changed:
            self._begin(request)
            for entry in request.entries:
                self.leased.pop(entry.lease, None)
                self.nacked.append(entry)
            return self._results(len(request.entries), self.settle_status)

    def extend(self, request):
        with self.changed:
            self._begin(request)
            self.extended.extend(request.leases)
            return self._results(len(request.leases), self.extend_status, self.lease_millis)

    def cancel(self, request):
        self._begin(request)

    def prepare(self, request):
        with self.changed:
            self._begin(request)
            transaction_id = f"tx-{len(self.prepared)}"
            self.prepared[transaction_id] = request
            return ttypes.PrepareResult(messageId="m", transactionId=transaction_id)

    def commit(self, request):
        with self.changed:
            self._begin(request)
            self._store(self._half(request).message)

    def rollback(self, request):
        with self.changed:
            self._begin(request)
            self._half(request)

    def _half(self, request):
        if request.transactionId not in self.prepared:
            raise error(ErrorCode.NOT_FOUND, retryable=False, outcome=Outcome.NOT_APPLIED)
        return self.prepared.pop(request.transactionId)

    def pendingChecks(self, request):
        with self.changed:
            self._begin(request)
            return ttypes.PendingChecksResult(
                checks=[
                    ttypes.PendingCheck(
                        transactionId=transaction_id,
                        topic=half.topic,
                        messageId="m",
                        message=half.message,
                        attempt=1,
                    )
                    for transaction_id, half in self.prepared.items()
                    if half.producerGroup == request.producerGroup
                ]
            )

    def seek(self, request):
        self._begin(request)


class FakeAdmin:
    """The topics of a fake gateway."""

    def __init__(self):
        self.topics = {}

    def createTopic(self, request):
        spec = request.spec
        info = admin.TopicInfo(
            topic=spec.topic,
            cluster="main",
            engine="fake",
            partitions=spec.partitions or 8,
            ordered=bool(spec.ordered),
            maxMessageBytes=4 << 20,
        )
        self.topics[spec.topic] = info
        return info

    def listTopics(self, request):
        return admin.ListTopicsResult(topics=list(self.topics.values()))

    def listGroups(self, request):
        lag = admin.PartitionLag(partition="p:0", committed=3, end=10)
        group = admin.GroupInfo(
            group="g", topic="t", lagMessages=7, partitions=[lag], inFlight=2, parked=1
        )
        return admin.ListGroupsResult(groups=[group])

    def drain(self, request):
        return admin.DrainResult(openLeases=0, tookMillis=request.graceMillis or 0)

    def config(self, request):
        raise error(ErrorCode.UNSUPPORTED, retryable=False, outcome=Outcome.NOT_APPLIED)


class FakeGateway:
    """Serves each connection on a thread of its own, until closed."""

    def __init__(self, port=0):
        self.topic = FakeTopic()
        self.accepted = 0
        self.open = set()
        self._script = deque()
        self._closed = threading.Event()
        self._processor = TMultiplexedProcessor()
        self._processor.registerProcessor("Produce", Produce.Processor(self.topic))
        self._processor.registerProcessor("Consume", Consume.Processor(self.topic))
        self._processor.registerProcessor("Admin", AdminStub.Processor(FakeAdmin()))
        self._server = socket.create_server(("127.0.0.1", port))
        self.port = self._server.getsockname()[1]
        self.address = f"127.0.0.1:{self.port}"
        self._acceptor = threading.Thread(target=self._accept, daemon=True)
        self._acceptor.start()

    def script(self, *faults):
        self._script.extend(faults)

    def drop_connections(self):
        for sock in list(self.open):
            _shut(sock)

    def close(self):
        if self._closed.is_set():
            return
        self._closed.set()
        with self.topic.changed:
            self.topic.closed = True
            self.topic.changed.notify_all()
        _shut(self._server)
        self._acceptor.join()  # An accept that is under way could still win a connection.
        self.drop_connections()

    def _accept(self):
        while True:
            try:
                sock, _ = self._server.accept()
            except OSError:
                return
            if self._closed.is_set():
                sock.close()
                return
            self.accepted += 1
            self.open.add(sock)
            threading.Thread(target=self._serve, args=(sock,), daemon=True).start()

    def _serve(self, sock):
        try:
            while self._exchange(sock):
                pass
        except (OSError, EOFError):
            pass  # The client has gone.
        finally:
            self.open.discard(sock)
            _shut(sock)

    def _exchange(self, sock):
        (size,) = struct.unpack("!I", _read(sock, 4))
        frame = _read(sock, size)
        fault = self._script.popleft() if self._script else Fault.NONE
        if fault is Fault.DROP_REQUEST:
            return False
        reply = TMemoryBuffer()
        self._processor.process(TBinaryProtocol(TMemoryBuffer(frame)), TBinaryProtocol(reply))
        body = reply.getvalue()
        if fault is Fault.DROP_REPLY:
            return False
        if fault is Fault.SILENCE:
            self._closed.wait()
            return False
        if fault is Fault.GARBAGE:
            body = b"HTTP/1.1"
        framed = struct.pack("!I", len(body)) + body
        if fault is Fault.TRICKLE:
            for i in range(len(framed)):
                sock.sendall(framed[i : i + 1])
                if self._closed.wait(0.02):
                    return False
            return True
        sock.sendall(framed)
        return True


def _read(sock, size):
    data = b""
    while len(data) < size:
        part = sock.recv(size - len(data))
        if not part:
            raise EOFError
        data += part
    return data


def _shut(sock):
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    sock.close()


def until(what, condition, seconds=10.0):
    """Waits for a condition, with a deadline."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.002)
