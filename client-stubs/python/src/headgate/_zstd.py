"""The zstd of Python 3.14, or else the package ``zstandard``, behind one face."""

from __future__ import annotations

import importlib
from typing import Any, List, Optional, Tuple, Type

# A block of 4 bytes opens to at most 128 KiB.
_MAX_RATIO = 32 << 10
_MIN_PART = 16
# Encoders that do not know the size of a body ask for a window of up to this, however small the body.
_USUAL_WINDOW = 8 << 20
_LONGEST_WINDOW_LOG = 31


class Damaged(Exception):
    """Not zstd, or cut off."""


class TooLarge(Exception):
    """Larger than the limit when opened, or asking for more memory than it."""


class Zstd:
    """One library's codec. Thread-safe: each call has a context of its own."""

    error: Type[Exception]

    def compress(self, body: bytes) -> bytes:
        """One frame."""
        raise NotImplementedError

    def frame(self, max_window: int) -> Any:
        """Opens one frame: ``decompress(part)``, ``eof``, ``unused_data``."""
        raise NotImplementedError

    def open(self, packed: bytes, limit: int) -> bytes:
        """The plain body of all frames together; never holds much more than the limit."""
        max_window = max(limit, _USUAL_WINDOW)
        opened: List[bytes] = []
        size = 0
        frame: Any = None
        at = 0
        try:
            while at < len(packed):
                if frame is None:
                    frame = self.frame(max_window)
                # So small that what it opens to can hardly pass what is left.
                end = at + max(_MIN_PART, (limit - size) // _MAX_RATIO)
                part = frame.decompress(packed[at:end])
                at = min(end, len(packed))
                if part:
                    size += len(part)
                    opened.append(part)
                if size > limit:
                    raise TooLarge
                if frame.eof:
                    at -= len(frame.unused_data)
                    frame = None
        except self.error as e:
            if "too much memory" in str(e):
                raise TooLarge from e
            raise Damaged(str(e)) from e
        if frame is not None or not packed:
            raise Damaged("it is cut off")
        return b"".join(opened)


class StandardZstd(Zstd):
    """``compression.zstd``."""

    def __init__(self, module: Any) -> None:
        self._module = module
        self.error = module.ZstdError

    def compress(self, body: bytes) -> bytes:
        return bytes(self._module.compress(body))

    def frame(self, max_window: int) -> Any:
        log = min(_LONGEST_WINDOW_LOG, (max_window - 1).bit_length())
        options = {self._module.DecompressionParameter.window_log_max: log}
        return self._module.ZstdDecompressor(options=options)


class PackagedZstd(Zstd):
    """``zstandard``."""

    def __init__(self, module: Any) -> None:
        self._module = module
        self.error = module.ZstdError

    def compress(self, body: bytes) -> bytes:
        return bytes(self._module.ZstdCompressor().compress(body))

    def frame(self, max_window: int) -> Any:
        window = min(1 << _LONGEST_WINDOW_LOG, max_window)
        return self._module.ZstdDecompressor(max_window_size=window).decompressobj()


_SOURCES: Tuple[Tuple[str, Type[Any]], ...] = (
    ("compression.zstd", StandardZstd),
    ("zstandard", PackagedZstd),
)


def load() -> Optional[Zstd]:
    """The first library that is here; None when there is none."""
    for name, adapter in _SOURCES:
        try:
            library: Zstd = adapter(importlib.import_module(name))
            return library
        except ImportError:
            continue
    return None


LIBRARY = load()
