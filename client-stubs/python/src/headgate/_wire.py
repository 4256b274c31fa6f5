"""Between the types of this client and the generated ones."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Optional

from thrift.Thrift import TApplicationException

from headgate._codec import Codec
from headgate.errors import (
    ErrorCategory,
    ErrorCode,
    HeadgateError,
    Outcome,
    error_of,
    local_error,
)
from headgate.idl.gateway import ttypes
from headgate.messages import (
    Delivery,
    Header,
    Message,
    PendingCheck,
    SendReceipt,
    SettleResult,
    SettleStatus,
)


def millis(seconds: Optional[float]) -> Optional[int]:
    """Seconds as whole milliseconds."""
    return None if seconds is None else round(seconds * 1000)


def moment(unix_millis: int) -> datetime:
    """Unix milliseconds as a time in UTC."""
    return datetime.fromtimestamp(unix_millis / 1000, timezone.utc)


def to_message(message: Message) -> ttypes.Message:
    """A message for the wire."""
    at = message.deliver_at
    return ttypes.Message(
        body=message.body,
        key=message.key,
        tag=message.tag,
        headers=[ttypes.Header(name=h.name, value=h.value) for h in message.headers] or None,
        encoding=message.encoding,
        deliverAtMillis=None if at is None else round(at.timestamp() * 1000),
        delayMillis=millis(message.delay),
    )


def from_message(wire: ttypes.Message) -> Message:
    """A message from the wire."""
    return Message(
        body=wire.body,
        key=wire.key,
        tag=wire.tag,
        headers=tuple(Header(h.name, h.value) for h in wire.headers or ()),
        encoding=wire.encoding,
        deliver_at=None if wire.deliverAtMillis is None else moment(wire.deliverAtMillis),
        delay=None if wire.delayMillis is None else wire.delayMillis / 1000,
    )


def delivery(wire: ttypes.Delivery, codec: Codec) -> Delivery:
    """A delivery from the wire; its body is not opened yet."""
    return Delivery(
        lease=wire.lease,
        lease_time=wire.leaseMillis / 1000,
        attempt=wire.attempt,
        message_id=wire.messageId,
        message=from_message(wire.message),
        born_at=moment(wire.bornAtMillis),
        stored_at=moment(wire.storedAtMillis),
        position=wire.position,
        _codec=codec,
    )


def receipt(wire: ttypes.SendResult) -> SendReceipt:
    """A receipt from the wire."""
    return SendReceipt(wire.messageId, wire.position, wire.delayHandle)


def pending_check(wire: ttypes.PendingCheck, codec: Codec) -> PendingCheck:
    """A check from the wire; its body is not opened yet."""
    return PendingCheck(
        wire.transactionId,
        wire.topic,
        wire.messageId,
        from_message(wire.message),
        wire.attempt,
        codec,
    )


def settle_result(wire: ttypes.SettleResult) -> SettleResult:
    """The answer to one lease; a status of a newer contract counts as UNKNOWN."""
    try:
        status = SettleStatus(wire.status)
    except ValueError:
        status = SettleStatus.UNKNOWN
    lease = None if wire.leaseMillis is None else wire.leaseMillis / 1000
    return SettleResult(status, wire.message, lease)


def error(failure: ttypes.Failure) -> HeadgateError:
    """A failure from the wire; what is missing or unknown counts as the most careful value."""
    try:
        category = ErrorCategory(failure.category)
    except ValueError:
        category = ErrorCategory.INTERNAL
    applied_nothing = failure.outcome == ttypes.Outcome.NOT_APPLIED
    return error_of(
        failure.code,
        category,
        failure.message,
        retryable=failure.retryable,
        outcome=Outcome.NOT_APPLIED if applied_nothing else Outcome.UNKNOWN,
        retry_after=max(0, failure.retryAfterMillis or 0) / 1000,
        details=failure.details,
    )


def application_error(cause: TApplicationException) -> HeadgateError:
    """A failure of the Thrift machinery: a gateway that is older than the method, or broken."""
    if cause.type == TApplicationException.UNKNOWN_METHOD:
        text = f"the gateway does not know this call: {cause.message}"
        return local_error(ErrorCode.UNSUPPORTED, Outcome.NOT_APPLIED, text)
    return local_error(ErrorCode.BAD_REPLY, Outcome.UNKNOWN, f"Thrift failure: {cause.message}")
