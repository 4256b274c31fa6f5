"""One socket to one node, framed, with a deadline, and the stubs of all services over it."""

from __future__ import annotations

import io
import socket
import struct
import time
from typing import Any

from thrift.protocol.TBinaryProtocol import TBinaryProtocolAccelerated
from thrift.protocol.TMultiplexedProtocol import TMultiplexedProtocol
from thrift.transport.TTransport import (
    CReadableTransport,
    TTransportBase,
    TTransportException,
)

from headgate._endpoint import Endpoint
from headgate.idl.admin import Admin as AdminStub
from headgate.idl.gateway import Consume as ConsumeStub
from headgate.idl.gateway import Produce as ProduceStub

_HEADER = struct.Struct("!I")


class FramedSocket(TTransportBase, CReadableTransport):  # type: ignore[misc]
    """Frames over a socket, all within a deadline; knows whether the last request has left.

    Stands in for TSocket and TFramedTransport, whose timeout is one per system call, so that an
    answer that trickles in would outlast any deadline.
    """

    def __init__(self, sock: socket.socket, max_frame_bytes: int) -> None:
        self._sock = sock
        self._max_frame_bytes = max_frame_bytes
        self._deadline = 0.0
        self._read_buffer = io.BytesIO()
        self._write_buffer = io.BytesIO()
        self._write_buffer.write(bytes(4))
        self.written = False

    def begin(self, deadline: float) -> None:
        """Begins an exchange that ends at a time of ``time.monotonic``."""
        self._deadline = deadline
        self.written = False

    def stale(self) -> bool:
        """Whether the peer has closed, or has sent something unasked: then it is of no more use."""
        try:
            self._sock.settimeout(0)
            self._sock.recv(1, socket.MSG_PEEK)
            return True
        except (BlockingIOError, InterruptedError):
            return False
        except OSError:
            return True

    def isOpen(self) -> bool:
        return self._sock.fileno() >= 0

    def close(self) -> None:
        try:
            self._sock.shutdown(socket.SHUT_RDWR)  # Wakes a thread that reads, as close does not.
        except OSError:
            pass
        self._sock.close()

    def read(self, sz: int) -> bytes:
        got = self._read_buffer.read(sz)
        if not got and sz:
            self._read_frame()
            got = self._read_buffer.read(sz)
        return got

    def write(self, buf: bytes) -> None:
        self._write_buffer.write(buf)

    def flush(self) -> None:
        buffer = self._write_buffer
        frame = buffer.getbuffer()
        _HEADER.pack_into(frame, 0, len(frame) - 4)
        self._write_buffer = io.BytesIO()
        self._write_buffer.write(bytes(4))
        try:
            self._arm()
            self._sock.sendall(frame)
        except socket.timeout as e:
            raise TTransportException(TTransportException.TIMED_OUT, "cannot write in time") from e
        except OSError as e:
            raise TTransportException(TTransportException.END_OF_FILE, str(e)) from e
        self.written = True

    @property
    def cstringio_buf(self) -> io.BytesIO:
        return self._read_buffer

    def cstringio_refill(self, partialread: bytes, reqlen: int) -> io.BytesIO:
        while len(partialread) < reqlen:
            self._read_frame()
            partialread += self._read_buffer.getvalue()
        self._read_buffer = io.BytesIO(partialread)
        return self._read_buffer

    def _read_frame(self) -> None:
        (size,) = _HEADER.unpack(self._read_exactly(4))
        if size > self._max_frame_bytes:
            raise TTransportException(
                TTransportException.SIZE_LIMIT,
                f"answer of {size} bytes (expected: at most {self._max_frame_bytes})",
            )
        self._read_buffer = io.BytesIO(self._read_exactly(size))

    def _read_exactly(self, size: int) -> bytearray:
        whole = bytearray(size)
        rest = memoryview(whole)
        while rest:
            try:
                self._arm()
                got = self._sock.recv_into(rest)
            except socket.timeout as e:
                raise TTransportException(TTransportException.TIMED_OUT, "no answer in time") from e
            except OSError as e:
                raise TTransportException(TTransportException.END_OF_FILE, str(e)) from e
            if got == 0:
                raise TTransportException(TTransportException.END_OF_FILE, "closed by the gateway")
            rest = rest[got:]
        return whole

    def _arm(self) -> None:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TTransportException(TTransportException.TIMED_OUT, "no answer in time")
        self._sock.settimeout(left)


class Connection:
    """Belongs to one borrower of the pool at a time, because the stubs do one call at a time."""

    def __init__(self, endpoint: Endpoint, transport: FramedSocket, max_frame_bytes: int) -> None:
        self.endpoint = endpoint
        self.idle_since = time.monotonic()
        self._transport = transport
        protocol = TBinaryProtocolAccelerated(transport, string_length_limit=max_frame_bytes)
        self.produce: Any = ProduceStub.Client(TMultiplexedProtocol(protocol, "Produce"))
        self.consume: Any = ConsumeStub.Client(TMultiplexedProtocol(protocol, "Consume"))
        self.admin: Any = AdminStub.Client(TMultiplexedProtocol(protocol, "Admin"))

    @classmethod
    def open(cls, endpoint: Endpoint, timeout: float, max_frame_bytes: int) -> Connection:
        """Connects; raises OSError."""
        sock = socket.create_connection((endpoint.host, endpoint.port), timeout)
        try:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            return cls(endpoint, FramedSocket(sock, max_frame_bytes), max_frame_bytes)
        except BaseException:
            sock.close()
            raise

    def begin(self, deadline: float) -> None:
        """Begins an exchange whose answer must be here by a time of ``time.monotonic``."""
        self._transport.begin(deadline)

    @property
    def written(self) -> bool:
        """Whether the request has left whole; False: no node can have understood it."""
        return self._transport.written

    def stale(self) -> bool:
        """See FramedSocket.stale."""
        return self._transport.stale()

    def close(self) -> None:
        """Closes the socket; repeating it is harmless."""
        self._transport.close()


