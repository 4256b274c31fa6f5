"""Why the body of a message cannot be opened."""

from __future__ import annotations


class BodyError(Exception):
    """A body that this client cannot open; it stays in the message as it came."""

    encoding: str
    """The message's encoding, as it was on the wire."""

    def __init__(self, encoding: str, *more: object) -> None:
        super().__init__(encoding, *more)
        self.encoding = encoding


class UnknownEncodingError(BodyError):
    """The encoding is none that this client knows."""

    def __str__(self) -> str:
        return f'cannot open a body in encoding "{self.encoding}" (expected: zstd, gzip)'


class CodecNotInstalledError(BodyError):
    """The encoding is known, and what it needs is not installed here."""

    def __str__(self) -> str:
        return (
            f'cannot open a body in encoding "{self.encoding}": no codec is installed '
            "(install headgate[zstd], or use Python 3.14)"
        )


class DamagedBodyError(BodyError):
    """The body is not what its encoding says: cut off, changed, or something else."""

    reason: str
    """What is wrong with it."""

    def __init__(self, encoding: str, reason: str) -> None:
        super().__init__(encoding, reason)
        self.reason = reason

    def __str__(self) -> str:
        return f"the {self.encoding} body is damaged: {self.reason}"


class BodyTooLargeError(BodyError):
    """The body is larger than the client opens; see ``max_opened_bytes`` of Client."""

    limit_bytes: int
    """What it would have passed."""

    def __init__(self, encoding: str, limit_bytes: int) -> None:
        super().__init__(encoding, limit_bytes)
        self.limit_bytes = limit_bytes

    def __str__(self) -> str:
        return (
            f"the {self.encoding} body is larger than {self.limit_bytes} bytes when opened "
            "(raise max_opened_bytes)"
        )
