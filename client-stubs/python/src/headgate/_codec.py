"""Compresses bodies and opens them again, end to end: the gateway never opens one."""

from __future__ import annotations

import gzip
import io
import zlib
from dataclasses import dataclass
from typing import List, Optional, Tuple

from headgate import _zstd
from headgate.encoding import (
    BodyTooLargeError,
    CodecNotInstalledError,
    DamagedBodyError,
    UnknownEncodingError,
)

ZSTD = "zstd"
GZIP = "gzip"
_PIECE = 64 << 10
_GZIP_LEVEL = 6


@dataclass(frozen=True)
class Codec:
    """How a client compresses and opens. Thread-safe; can be pickled, and so can deliveries."""

    compress_from: Optional[int] = 4096
    max_opened_bytes: int = 64 << 20

    def compress(self, body: bytes) -> Tuple[bytes, str]:
        """The body compressed, and how: zstd where a library is here, else gzip."""
        if _zstd.LIBRARY is not None:
            return _zstd.LIBRARY.compress(body), ZSTD
        return gzip.compress(body, _GZIP_LEVEL, mtime=0), GZIP

    def pack(self, body: bytes) -> Tuple[bytes, Optional[str]]:
        """A large body compressed where that makes it smaller, else as it is."""
        if self.compress_from is None or len(body) < self.compress_from:
            return body, None
        packed, encoding = self.compress(body)
        return (packed, encoding) if len(packed) < len(body) else (body, None)

    def open(self, body: bytes, encoding: Optional[str]) -> bytes:
        """The plain body; raises BodyError."""
        if not encoding:
            return body
        if encoding == ZSTD:
            return self._open_zstd(body)
        if encoding == GZIP:
            return self._open_gzip(body)
        raise UnknownEncodingError(encoding)

    def _open_zstd(self, packed: bytes) -> bytes:
        if _zstd.LIBRARY is None:
            raise CodecNotInstalledError(ZSTD)
        try:
            return _zstd.LIBRARY.open(packed, self.max_opened_bytes)
        except _zstd.TooLarge as e:
            raise BodyTooLargeError(ZSTD, self.max_opened_bytes) from e
        except _zstd.Damaged as e:
            raise DamagedBodyError(ZSTD, str(e)) from e

    def _open_gzip(self, packed: bytes) -> bytes:
        opened: List[bytes] = []
        size = 0
        try:
            with gzip.GzipFile(fileobj=io.BytesIO(packed)) as file:
                while True:
                    piece = file.read(_PIECE)
                    size += len(piece)
                    if size > self.max_opened_bytes:
                        raise BodyTooLargeError(GZIP, self.max_opened_bytes)
                    if not piece:
                        break
                    opened.append(piece)
        except (OSError, EOFError, zlib.error) as e:
            raise DamagedBodyError(GZIP, str(e)) from e
        if not packed:
            raise DamagedBodyError(GZIP, "it is empty")
        return b"".join(opened)
