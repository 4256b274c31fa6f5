"""What a service sends and receives. All types here are immutable."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import datetime
from typing import Iterable, Iterator, Mapping, NamedTuple, Optional, Tuple, Union

from headgate._codec import Codec

Text = Union[bytes, bytearray, memoryview, str]
"""Bytes, or text that is sent as UTF-8."""


class Header(NamedTuple):
    """One header. Names may repeat and keep their order."""

    name: str
    """1 to 255 bytes; names that begin with ``headgate-`` belong to the gateway."""
    value: Optional[bytes]
    """Any bytes; None (absent) is different from empty."""


Headers = Union[Mapping[str, Optional[Text]], Iterable[Tuple[str, Optional[Text]]]]
"""Headers as a caller may write them."""


@dataclass(frozen=True)
class Message:
    """A message. Bytes arrive as they were sent."""

    body: bytes
    """The payload, opaque to the gateway; may be empty; at most the topic's limit (default 4 MiB)."""
    key: Optional[bytes] = None
    """Messages of one key keep their order; required on ordered topics; at most 255 bytes."""
    tag: Optional[str] = None
    """A single word to filter by, at most 127 bytes."""
    headers: Tuple[Header, ...] = ()
    """In order, all together at most 16 KiB."""
    encoding: Optional[str] = None
    """How the body is encoded, such as ``zstd``; sent as it stands, with the body as it stands.
    None: a plain body, which the producer may compress."""
    deliver_at: Optional[datetime] = None
    """When it becomes visible (time zone aware). None: at once. Not together with ``delay``."""
    delay: Optional[float] = None
    """As ``deliver_at``, in seconds from when the gateway reads the request."""

    def header(self, name: str) -> Optional[bytes]:
        """The value of the first header of this name that has one."""
        for header in self.headers:
            if header.name == name and header.value is not None:
                return header.value
        return None


class Opening:
    """What has brought a message, whose body may be compressed."""

    message: Message
    _codec: Codec

    @property
    def body(self) -> bytes:
        """The message's body, opened when it is first asked for.

        :raises BodyError: it cannot be opened; ``message.body`` has it as it came
        """
        opened: Optional[bytes] = self.__dict__.get("_opened")
        if opened is None:
            opened = self._codec.open(self.message.body, self.message.encoding)
            self.__dict__["_opened"] = opened
        return opened


def codec_field() -> Codec:
    """How a body is opened: no part of the value. Default: zstd and gzip, up to 64 MiB."""
    codec: Codec = field(default=Codec(), repr=False, compare=False)
    return codec


def to_bytes(text: Text) -> bytes:
    """Bytes as they are, text as UTF-8."""
    return text.encode("utf-8") if isinstance(text, str) else bytes(text)


def message_of(
    body: Union[Message, Text],
    key: Optional[Text] = None,
    tag: Optional[str] = None,
    headers: Optional[Headers] = None,
    encoding: Optional[str] = None,
    deliver_at: Optional[datetime] = None,
    delay: Optional[float] = None,
) -> Message:
    """A message out of what callers like to write."""
    if isinstance(body, Message):
        if any(o is not None for o in (key, tag, headers, encoding, deliver_at, delay)):
            raise ValueError("a Message and its fields are both given (expected: one of them)")
        return body
    if deliver_at is not None and delay is not None:
        raise ValueError("deliver_at and delay are both set (expected: one)")
    if deliver_at is not None and deliver_at.tzinfo is None:
        raise ValueError("deliver_at has no time zone (expected: an aware datetime)")
    pairs = headers.items() if isinstance(headers, Mapping) else headers or ()
    return Message(
        to_bytes(body),
        None if key is None else to_bytes(key),
        tag,
        tuple(Header(n, None if v is None else to_bytes(v)) for n, v in pairs),
        encoding,
        deliver_at,
        delay,
    )


@dataclass(frozen=True)
class SendReceipt:
    """Proof that a message is stored at the durability of its topic."""

    message_id: str
    """Unique, kept by every engine and through every copy."""
    position: Optional[str] = None
    """Where the engine stored it; opaque; None for a delayed message."""
    delay_handle: Optional[str] = None
    """For ``cancel``; only for a delayed message on an engine that can cancel."""


@dataclass(frozen=True)
class PreparedMessage:
    """Proof that a message is stored, and that nobody sees it before it is committed."""

    message_id: str
    transaction_id: str
    """For ``commit`` and ``rollback``, by any client through any node; opaque."""


@dataclass(frozen=True)
class PendingCheck(Opening):
    """A prepared message whose producer has been silent: answer with ``commit`` or ``rollback``."""

    transaction_id: str
    """To answer by; another one than that of ``PreparedMessage``, perhaps."""
    topic: str
    message_id: str
    message: Message
    attempt: int
    """From 1; after the last one the message is rolled back."""
    _codec: Codec = codec_field()


@dataclass(frozen=True)
class Delivery(Opening):
    """One message, leased to this client: no other member of the group gets it meanwhile."""

    lease: bytes
    """Opaque; settle it with ``ack`` or ``nack``, on any node, before it expires."""
    lease_time: float
    """Seconds until the lease expires, counted from when the gateway wrote the answer."""
    attempt: int
    """From 1; rises by one with each delivery to the group."""
    message_id: str
    message: Message
    """As it came; ``encoding`` says how its body is encoded."""
    born_at: datetime
    """When the producer's call reached the gateway, or a native producer made the message (UTC)."""
    stored_at: datetime
    """When the engine stored it (UTC)."""
    position: str
    """Where it lies; opaque, for people and for ``seek``."""
    _codec: Codec = codec_field()

    @property
    def key(self) -> Optional[bytes]:
        """The message's key."""
        return self.message.key


@dataclass(frozen=True)
class ReceiveResult:
    """What one ``receive`` answered; a sequence of its deliveries."""

    deliveries: Tuple[Delivery, ...]
    """Empty when the wait has passed with nothing to deliver."""
    retry_after: float = 0.0
    """Wait so many seconds before the next receive (over quota, draining)."""
    draining: bool = False
    """The node hands out nothing more; the client's next call goes to another one."""

    def __iter__(self) -> Iterator[Delivery]:
        return iter(self.deliveries)

    def __len__(self) -> int:
        return len(self.deliveries)

    def __getitem__(self, index: int) -> Delivery:
        return self.deliveries[index]


class SettleStatus(enum.Enum):
    """What became of one lease."""

    DONE = 1
    """It was valid and is now settled, or prolonged."""
    EXPIRED = 2
    """Its time had passed: the message is, or will be, delivered again."""
    FENCED = 3
    """The message has been given to another, or its partition has moved."""
    UNKNOWN = 4
    """Not a lease that the gateway knows; also an answer that this client does not know."""
    UNAVAILABLE = 5
    """The owner could not be reached in time; the lease stays. Try again before it expires."""


@dataclass(frozen=True)
class SettleResult:
    """The answer to one lease."""

    status: SettleStatus
    message: Optional[str] = None
    """Why it is not DONE, for people."""
    lease_time: Optional[float] = None
    """After ``extend``: seconds until the lease now expires; less than asked at the group's maximum."""

    @property
    def done(self) -> bool:
        """Whether the lease was settled or prolonged."""
        return self.status is SettleStatus.DONE
