"""Where to move a group's position."""

from __future__ import annotations

from datetime import datetime

from headgate.idl.gateway import ttypes


class SeekTarget:
    """A place to move a group's position to; made by one of its class methods."""

    def __init__(self, wire: ttypes.SeekTarget) -> None:
        self._wire = wire

    @classmethod
    def start(cls) -> SeekTarget:
        """The oldest message that the engine still has."""
        return cls(ttypes.SeekTarget(edge=ttypes.Edge.START))

    @classmethod
    def end(cls) -> SeekTarget:
        """Past the newest message."""
        return cls(ttypes.SeekTarget(edge=ttypes.Edge.END))

    @classmethod
    def time(cls, time: datetime) -> SeekTarget:
        """The first message stored at or after this time (time zone aware)."""
        if time.tzinfo is None:
            raise ValueError("time has no time zone (expected: an aware datetime)")
        return cls(ttypes.SeekTarget(timestampMillis=round(time.timestamp() * 1000)))

    @classmethod
    def position(cls, position: str) -> SeekTarget:
        """A position as a delivery or a receipt names it; moves that partition only."""
        return cls(ttypes.SeekTarget(position=position))
