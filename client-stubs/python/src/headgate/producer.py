"""Sending."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import List, Mapping, Optional, Sequence, Union

from headgate import _wire
from headgate._caller import Caller, CallOptions
from headgate._codec import Codec
from headgate.errors import ErrorCode, HeadgateError, Outcome, local_error
from headgate.idl.gateway import ttypes
from headgate.messages import (
    Header,
    Headers,
    Message,
    PendingCheck,
    PreparedMessage,
    SendReceipt,
    Text,
    message_of,
)

SendOutcome = Union[SendReceipt, HeadgateError]
"""The answer to one entry of a batch: a receipt, or the error of this entry."""


class Producer:
    """Sends messages. Thread-safe; lives as long as its client."""

    def __init__(self, caller: Caller, codec: Codec) -> None:
        self._caller = caller
        self._codec = codec

    def send(
        self,
        topic: str,
        message: Union[Message, Text],
        *,
        key: Optional[Text] = None,
        tag: Optional[str] = None,
        headers: Optional[Headers] = None,
        encoding: Optional[str] = None,
        deliver_at: Optional[datetime] = None,
        delay: Optional[float] = None,
        timeout: Optional[float] = None,
        retry_uncertain: bool = False,
        traceparent: Optional[str] = None,
        tracestate: Optional[str] = None,
    ) -> SendReceipt:
        """Stores one message and returns when the engine has confirmed it.

        A large body is compressed where that makes it smaller and the message has no encoding.

        :param message: a body (bytes, or text that is sent as UTF-8), or a whole Message
        :param key: messages of one key keep their order; required on ordered topics
        :param delay: seconds until it becomes visible; or a time in ``deliver_at``
        :param timeout: seconds to wait for the answer, retries included; None: the client's
        :param retry_uncertain: retry also when the message may have been stored, at the price of
            possible duplicates
        :param traceparent: W3C trace context; goes with the call and into the message's headers;
            None: what the caller's context carries, see Tracing
        :raises HeadgateError: the message is not known to be stored; ``outcome`` says whether it may be
        """
        trace = self._caller.trace(traceparent, tracestate)
        options = CallOptions(timeout, retry_uncertain, trace)
        whole = message_of(message, key, tag, headers, encoding, deliver_at, delay)
        wire = self._prepared(whole, trace)

        def exchange(connection, context):  # type: ignore[no-untyped-def]
            request = ttypes.SendRequest(context=context, topic=topic, message=wire)
            return _wire.receipt(connection.produce.send(request))

        receipt: SendReceipt = self._caller.call(
            "send", exchange, repeatable=False, options=options
        )
        return receipt

    def send_batch(
        self,
        topic: str,
        messages: Sequence[Union[Message, Text]],
        *,
        timeout: Optional[float] = None,
        retry_uncertain: bool = False,
        traceparent: Optional[str] = None,
        tracestate: Optional[str] = None,
    ) -> List[SendOutcome]:
        """Stores several messages in one call; each is answered for itself.

        No entry is retried on its own: sent again, it could end behind a later one of its key.

        :param messages: 1 to 1,000 bodies or Messages
        :returns: as many outcomes as messages, in their order
        :raises HeadgateError: only for failures of the whole call
        """
        if not messages:
            return []
        trace = self._caller.trace(traceparent, tracestate)
        options = CallOptions(timeout, retry_uncertain, trace)
        wire = [self._prepared(message_of(m), trace) for m in messages]

        def exchange(connection, context):  # type: ignore[no-untyped-def]
            request = ttypes.SendBatchRequest(context=context, topic=topic, messages=wire)
            return [_outcome(o) for o in connection.produce.sendBatch(request).outcomes]

        outcomes: List[SendOutcome] = self._caller.call(
            "sendBatch", exchange, repeatable=False, options=options
        )
        if len(outcomes) != len(messages):
            raise local_error(
                ErrorCode.BAD_REPLY,
                Outcome.UNKNOWN,
                f"{len(outcomes)} answers to {len(messages)} messages",
            )
        return outcomes

    def cancel(self, topic: str, delay_handle: str, *, timeout: Optional[float] = None) -> None:
        """Withdraws a delayed message that is not yet due.

        :raises HeadgateError: NOT_FOUND when it is due, cancelled or unknown
        """

        def exchange(connection, context):  # type: ignore[no-untyped-def]
            connection.produce.cancel(
                ttypes.CancelRequest(context=context, topic=topic, delayHandle=delay_handle)
            )

        # A repeated cancel answers NOT_FOUND, which would hide that the first one worked.
        self._caller.call("cancel", exchange, repeatable=False, options=CallOptions(timeout))

    def prepare(
        self,
        topic: str,
        group: str,
        message: Union[Message, Text],
        *,
        key: Optional[Text] = None,
        tag: Optional[str] = None,
        headers: Optional[Headers] = None,
        encoding: Optional[str] = None,
        timeout: Optional[float] = None,
        traceparent: Optional[str] = None,
        tracestate: Optional[str] = None,
    ) -> PreparedMessage:
        """Stores a message that nobody sees until ``commit``.

        Not retried when it may have been stored: what was stored without an answer is asked about,
        and rolled back in the end.

        :param group: any member of this producer group may answer when the engine asks what became
            of the message
        :raises HeadgateError: the message is not known to be stored
        """
        trace = self._caller.trace(traceparent, tracestate)
        options = CallOptions(timeout, trace=trace)
        whole = message_of(message, key, tag, headers, encoding)
        wire = self._prepared(whole, trace)

        def exchange(connection, context):  # type: ignore[no-untyped-def]
            request = ttypes.PrepareRequest(
                context=context, topic=topic, producerGroup=group, message=wire
            )
            prepared = connection.produce.prepare(request)
            return PreparedMessage(prepared.messageId, prepared.transactionId)

        prepared: PreparedMessage = self._caller.call(
            "prepare", exchange, repeatable=False, options=options
        )
        return prepared

    def commit(self, transaction_id: str, *, timeout: Optional[float] = None) -> None:
        """Makes a prepared message visible. Repeating it is harmless.

        :raises HeadgateError: NOT_FOUND when it is unknown, or has been rolled back
        """

        def exchange(connection, context):  # type: ignore[no-untyped-def]
            connection.produce.commit(
                ttypes.EndTransactionRequest(context=context, transactionId=transaction_id)
            )

        self._caller.call("commit", exchange, repeatable=True, options=CallOptions(timeout))

    def rollback(self, transaction_id: str, *, timeout: Optional[float] = None) -> None:
        """Discards a prepared message. Repeating it is harmless.

        :raises HeadgateError: NOT_FOUND when it is unknown, or has been committed
        """

        def exchange(connection, context):  # type: ignore[no-untyped-def]
            connection.produce.rollback(
                ttypes.EndTransactionRequest(context=context, transactionId=transaction_id)
            )

        self._caller.call("rollback", exchange, repeatable=True, options=CallOptions(timeout))

    def pending_checks(
        self,
        group: str,
        *,
        max_checks: int = 16,
        wait: float = 0.0,
        timeout: Optional[float] = None,
    ) -> List[PendingCheck]:
        """Asks for prepared messages of the group that wait for an answer.

        Each service that prepares messages calls this in a loop of its own: the group is asked
        while a member does.

        :param wait: seconds to park when there are none, at most 60
        """

        def exchange(connection, context):  # type: ignore[no-untyped-def]
            request = ttypes.PendingChecksRequest(
                context=context,
                producerGroup=group,
                maxChecks=max_checks,
                waitMillis=_wire.millis(wait),
            )
            return [
                _wire.pending_check(c, self._codec)
                for c in connection.produce.pendingChecks(request).checks
            ]

        checks: List[PendingCheck] = self._caller.call(
            "pendingChecks",
            exchange,
            repeatable=True,
            options=CallOptions(timeout),
            parked=wait,
        )
        return checks

    def compress(self, message: Message) -> Message:
        """The message with its body compressed, whatever its size; unchanged when it has an encoding."""
        if message.encoding is not None:
            return message
        body, encoding = self._codec.compress(message.body)
        return replace(message, body=body, encoding=encoding)

    def _prepared(self, message: Message, trace: Mapping[str, str]) -> ttypes.Message:
        message = _traced(message, trace)
        if message.encoding is None:
            body, encoding = self._codec.pack(message.body)
            message = replace(message, body=body, encoding=encoding)
        return _wire.to_message(message)


def _outcome(wire: ttypes.SendOutcome) -> SendOutcome:
    if wire.result is not None:
        return _wire.receipt(wire.result)
    if wire.failure is not None:
        return _wire.error(wire.failure)
    return local_error(
        ErrorCode.BAD_REPLY, Outcome.UNKNOWN, "the gateway gave this entry no answer"
    )


def _traced(message: Message, trace: Mapping[str, str]) -> Message:
    """With the trace among its headers; one that the message has already goes on unchanged."""
    if not trace or message.header("traceparent") is not None:
        return message
    added = tuple(
        Header(name, value.encode())
        for name, value in sorted(trace.items())
        if message.header(name) is None
    )
    return replace(message, headers=message.headers + added)
