"""A thin client of the Headgate messaging gateway.

    import headgate

    with headgate.Client("localhost:9300") as client:
        client.producer().send("orders", b"...", key="customer-7")

See :class:`headgate.Client`.
"""

from headgate.admin import (
    Admin,
    DeadLetter,
    DeadLetterCount,
    DeadLetterPage,
    DrainReport,
    GroupInfo,
    PartitionLag,
    TopicInfo,
)
from headgate.client import Client, GatewayVersion
from headgate.consumer import Consumer, RetryLater
from headgate.encoding import (
    BodyError,
    BodyTooLargeError,
    CodecNotInstalledError,
    DamagedBodyError,
    UnknownEncodingError,
)
from headgate.errors import (
    CallerError,
    ErrorCategory,
    ErrorCode,
    HeadgateError,
    InternalError,
    LimitError,
    Outcome,
    UnavailableError,
)
from headgate.messages import (
    Delivery,
    Header,
    Message,
    PendingCheck,
    PreparedMessage,
    ReceiveResult,
    SendReceipt,
    SettleResult,
    SettleStatus,
)
from headgate.producer import Producer, SendOutcome
from headgate.seek import SeekTarget
from headgate.tracing import Trace, Tracing, current_trace, use_trace

__all__ = [
    "Admin",
    "BodyError",
    "BodyTooLargeError",
    "CallerError",
    "Client",
    "CodecNotInstalledError",
    "Consumer",
    "DamagedBodyError",
    "DeadLetter",
    "DeadLetterCount",
    "DeadLetterPage",
    "Delivery",
    "DrainReport",
    "ErrorCategory",
    "ErrorCode",
    "GatewayVersion",
    "GroupInfo",
    "Header",
    "HeadgateError",
    "InternalError",
    "LimitError",
    "Message",
    "Outcome",
    "PartitionLag",
    "PendingCheck",
    "PreparedMessage",
    "Producer",
    "ReceiveResult",
    "RetryLater",
    "SeekTarget",
    "SendOutcome",
    "SendReceipt",
    "SettleResult",
    "SettleStatus",
    "TopicInfo",
    "Trace",
    "Tracing",
    "UnavailableError",
    "UnknownEncodingError",
    "current_trace",
    "use_trace",
]
