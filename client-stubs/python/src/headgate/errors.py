"""What a failed call raises."""

from __future__ import annotations

import enum
from typing import Dict, Mapping, Optional, Type


class Outcome(enum.Enum):
    """What became of the work that a failed call asked for."""

    NOT_APPLIED = 1
    """Nothing was stored or changed. Sending again cannot make a duplicate."""
    UNKNOWN = 2
    """Nobody can know. Sending again may make a duplicate; not sending again may lose the message."""


class ErrorCategory(enum.Enum):
    """Who has to act on a failure."""

    CALLER = 1
    """The call is wrong; the same call fails again."""
    LIMIT = 2
    """The caller is over a limit: slow down."""
    AVAILABILITY = 3
    """The gateway or a broker cannot serve right now: retry, perhaps on another node."""
    INTERNAL = 4
    """A defect or broken configuration; also a category that this client does not know."""


class ErrorCode(enum.IntEnum):
    """The stable error codes, the same for every engine.

    Numbers below 100 are the client's own and never come over the wire.
    """

    UNRECOGNIZED = 0
    """A code of a newer contract; ``HeadgateError.code_number`` has its number."""
    GATEWAY_UNREACHABLE = 1
    """No gateway node could be reached, or the connection broke before the answer came."""
    BAD_REPLY = 2
    """What came back is not an answer of this contract."""
    CLIENT_CLOSED = 4
    """The client is closed."""
    CLIENT_OVERLOADED = 5
    """The client's own bound of connections is spent."""
    INVALID_ARGUMENT = 100
    """A field is missing, malformed or outside its limits."""
    UNKNOWN_TOPIC = 101
    """No route, or no topic on the engine, has this name."""
    UNKNOWN_GROUP = 102
    """The group may not be created on demand and does not exist."""
    MESSAGE_TOO_LARGE = 103
    """Body, key and headers together are larger than the topic allows."""
    PERMISSION_DENIED = 104
    """The caller's identity may not do this on this topic or group."""
    UNAUTHENTICATED = 105
    """No identity, or one that could not be proven."""
    UNSUPPORTED = 106
    """The engine behind the topic cannot do this."""
    FAILED_PRECONDITION = 107
    """The call contradicts the state of its object."""
    ALREADY_EXISTS = 108
    """The object to be created exists already."""
    NOT_FOUND = 109
    """The object named by the call does not exist or is settled."""
    QUOTA_EXCEEDED = 200
    """Over a quota of tenant or topic."""
    OVERLOADED = 201
    """The gateway's own bound is spent."""
    ENGINE_UNAVAILABLE = 300
    """The engine cannot be reached or has no writable partition."""
    DRAINING = 301
    """The node is draining or stopping; another one serves."""
    DEADLINE_EXCEEDED = 302
    """The call's deadline has passed; the outcome says whether the work may have been done."""
    STORE_UNCERTAIN = 303
    """Stored, perhaps, at less than the asked durability, or the engine's answer was lost."""
    FENCED = 304
    """An epoch, lease or ownership has moved on."""
    INTERNAL = 400
    """A defect of the gateway or its engine adapter."""


class HeadgateError(Exception):
    """A call that failed: answered so by the gateway, or broken on the way.

    Look at ``outcome`` before sending again. The subclass tells who has to act.
    """

    code: ErrorCode
    """What happened; UNRECOGNIZED when this client is older than the code."""
    code_number: int
    """The stable number of the code, known to this client or not."""
    category: ErrorCategory
    """Who has to act."""
    retryable: bool
    """Whether the same call may succeed later; to be read together with ``outcome``."""
    outcome: Outcome
    """Whether the work of the call may have been done."""
    retry_after: float
    """Seconds to wait before a retry; 0: the caller's own back-off decides."""
    details: Mapping[str, str]
    """Machine-readable facts, such as ``topic``, ``sizeBytes``, ``limitBytes``."""

    def __init__(
        self,
        code_number: int,
        category: ErrorCategory,
        message: str,
        *,
        retryable: bool,
        outcome: Outcome,
        retry_after: float = 0.0,
        details: Optional[Mapping[str, str]] = None,
    ) -> None:
        super().__init__(message)
        self.code_number = code_number
        try:
            self.code = ErrorCode(code_number)
        except ValueError:
            self.code = ErrorCode.UNRECOGNIZED
        self.category = category
        self.message = message
        self.retryable = retryable
        self.outcome = outcome
        self.retry_after = retry_after
        self.details = dict(details or {})

    def __str__(self) -> str:
        known = self.code is not ErrorCode.UNRECOGNIZED
        name = self.code.name if known else f"code {self.code_number}"
        return f"{name}, outcome {self.outcome.name}: {self.message}"


class CallerError(HeadgateError):
    """The call is wrong; change it."""


class LimitError(HeadgateError):
    """The caller is over a limit; slow down."""


class UnavailableError(HeadgateError):
    """The gateway or a broker cannot serve right now."""


class InternalError(HeadgateError):
    """A defect, or broken configuration."""


_CLASSES: Dict[ErrorCategory, Type[HeadgateError]] = {
    ErrorCategory.CALLER: CallerError,
    ErrorCategory.LIMIT: LimitError,
    ErrorCategory.AVAILABILITY: UnavailableError,
    ErrorCategory.INTERNAL: InternalError,
}

_LOCAL = {
    ErrorCode.GATEWAY_UNREACHABLE: (ErrorCategory.AVAILABILITY, True),
    ErrorCode.DEADLINE_EXCEEDED: (ErrorCategory.AVAILABILITY, True),
    ErrorCode.CLIENT_OVERLOADED: (ErrorCategory.LIMIT, True),
    ErrorCode.BAD_REPLY: (ErrorCategory.INTERNAL, False),
    ErrorCode.CLIENT_CLOSED: (ErrorCategory.CALLER, False),
    ErrorCode.INVALID_ARGUMENT: (ErrorCategory.CALLER, False),
    ErrorCode.UNSUPPORTED: (ErrorCategory.CALLER, False),
}


def error_of(
    code_number: int,
    category: ErrorCategory,
    message: str,
    *,
    retryable: bool,
    outcome: Outcome,
    retry_after: float = 0.0,
    details: Optional[Mapping[str, str]] = None,
) -> HeadgateError:
    """The error of a category, as its own class."""
    return _CLASSES[category](
        code_number,
        category,
        message,
        retryable=retryable,
        outcome=outcome,
        retry_after=retry_after,
        details=details,
    )


def local_error(code: ErrorCode, outcome: Outcome, message: str) -> HeadgateError:
    """A failure that the client itself has noticed."""
    category, retryable = _LOCAL[code]
    return error_of(int(code), category, message, retryable=retryable, outcome=outcome)


def after_uncertain_attempt(error: HeadgateError) -> HeadgateError:
    """This error, as the end of a call of which an earlier attempt may have been applied."""
    if error.outcome is Outcome.UNKNOWN:
        return error
    return error_of(
        error.code_number,
        error.category,
        error.message + " (an earlier attempt of this call may have been applied)",
        retryable=error.retryable,
        outcome=Outcome.UNKNOWN,
        retry_after=error.retry_after,
        details=error.details,
    )
