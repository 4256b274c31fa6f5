"""What an operator, or a tool of his, asks of a gateway."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Callable, List, Mapping, Optional, Sequence, Tuple

from headgate import _wire
from headgate._caller import Caller, CallOptions
from headgate.idl.admin import ttypes
from headgate._codec import Codec
from headgate.messages import Message, Opening, codec_field
from headgate.seek import SeekTarget


@dataclass(frozen=True)
class TopicInfo:
    """A topic and where it lives."""

    topic: str
    cluster: str
    """The cluster or pair that its route names."""
    engine: str
    """The engine's name, such as ``rocketmq``."""
    partitions: int
    ordered: bool
    """Consumed one message of a key at a time."""
    max_message_bytes: int
    messages: Optional[int]
    """How many the engine still holds; None where it cannot tell."""


@dataclass(frozen=True)
class PartitionLag:
    """One partition of a group's topic."""

    partition: str
    """Opaque name, such as ``broker-a:3``."""
    start: Optional[int]
    """The oldest message that the engine still has; None where it cannot tell."""
    committed: int
    """The group's committed position; -1: none."""
    end: int
    """One past the newest message."""
    owner: Optional[str]
    """The node that owns it now; None where unknown."""


@dataclass(frozen=True)
class GroupInfo:
    """A group on a topic."""

    group: str
    topic: str
    lag_messages: int
    """Messages that it has not settled, over all partitions."""
    lag_time: Optional[float]
    """Age of the oldest unsettled message, seconds; None where the engine cannot tell."""
    partitions: Tuple[PartitionLag, ...]
    in_flight: int
    """Leases that are open on the answering node."""
    parked: int
    """Receives parked on the answering node."""
    clients: Tuple[str, ...]
    """Seen on the answering node within the last minute."""


@dataclass(frozen=True)
class DeadLetter(Opening):
    """A message that a group gave up."""

    id: str
    """Opaque; names it to replay and purge."""
    message_id: str
    topic: str
    attempts: int
    reason: Optional[str]
    """The last one that a consumer gave, or ``lease expired``."""
    dead_at: datetime
    message: Message
    origin: Optional[str]
    """Where it lay before."""
    _codec: Codec = codec_field()


@dataclass(frozen=True)
class DeadLetterPage:
    """Some dead letters."""

    letters: Tuple[DeadLetter, ...]
    """Oldest first."""
    next_page: Optional[str]
    """Names the page after this one; None at the end."""


@dataclass(frozen=True)
class DeadLetterCount:
    """What a replay or purge has done."""

    count: int
    failed: int
    reason: Optional[str]
    """The first reason of a failure."""
    more: bool = False
    """Selected ones are left, since the call's time was up: call again."""


@dataclass(frozen=True)
class DrainReport:
    """How a drain ended."""

    open_leases: int
    """Leases that were still open when the grace time had passed; they are delivered again."""
    took: float
    """Seconds."""


class Admin:
    """Administration. Thread-safe; every method raises HeadgateError.

    ``timeout`` is in seconds everywhere; None: the client's.
    """

    def __init__(self, caller: Caller, codec: Codec) -> None:
        self._caller = caller
        self._codec = codec

    def topics(
        self,
        pattern: Optional[str] = None,
        *,
        internal: bool = False,
        timeout: Optional[float] = None,
    ) -> List[TopicInfo]:
        """Topics whose name fits a glob; ``internal`` shows the engine's and the gateway's own too."""
        result = self._call(
            "listTopics",
            lambda stub, context: stub.listTopics(
                ttypes.ListTopicsRequest(context=context, internal=internal, pattern=pattern)
            ),
            timeout,
        )
        return [_topic(wire) for wire in result.topics]

    def describe(self, topic: str, *, timeout: Optional[float] = None) -> TopicInfo:
        """One topic; UNKNOWN_TOPIC when there is none."""
        return _topic(
            self._call(
                "describeTopic",
                lambda stub, context: stub.describeTopic(
                    ttypes.TopicRequest(context=context, topic=topic)
                ),
                timeout,
            )
        )

    def create(
        self,
        topic: str,
        *,
        partitions: Optional[int] = None,
        ordered: Optional[bool] = None,
        attributes: Optional[Mapping[str, str]] = None,
        timeout: Optional[float] = None,
    ) -> TopicInfo:
        """Creates a topic, or makes it match: partitions may grow, never shrink."""
        spec = ttypes.TopicSpec(
            topic=topic,
            partitions=partitions,
            ordered=ordered,
            attributes=dict(attributes) if attributes else None,
        )
        return _topic(
            self._call(
                "createTopic",
                lambda stub, context: stub.createTopic(
                    ttypes.CreateTopicRequest(context=context, spec=spec)
                ),
                timeout,
            )
        )

    def delete(self, topic: str, *, timeout: Optional[float] = None) -> None:
        """Deletes a topic with its messages."""
        self._call(
            "deleteTopic",
            lambda stub, context: stub.deleteTopic(
                ttypes.TopicRequest(context=context, topic=topic)
            ),
            timeout,
            repeatable=False,
        )

    def groups(
        self,
        topic: Optional[str] = None,
        group: Optional[str] = None,
        *,
        timeout: Optional[float] = None,
    ) -> List[GroupInfo]:
        """Groups with their lag; None: of all topics, all groups."""
        result = self._call(
            "listGroups",
            lambda stub, context: stub.listGroups(
                ttypes.ListGroupsRequest(context=context, topic=topic, group=group)
            ),
            timeout,
        )
        return [_group(wire) for wire in result.groups]

    def seek(
        self,
        topic: str,
        group: str,
        target: SeekTarget,
        *,
        dry_run: bool = False,
        timeout: Optional[float] = None,
    ) -> GroupInfo:
        """Moves a group's position, or tells what would move; answers where the group then stands."""
        return _group(
            self._call(
                "seekGroup",
                lambda stub, context: stub.seekGroup(
                    ttypes.SeekGroupRequest(
                        context=context,
                        topic=topic,
                        group=group,
                        target=target._wire,
                        dryRun=dry_run,
                    )
                ),
                timeout,
            )
        )

    def dead_letters(
        self,
        group: str,
        topic: Optional[str] = None,
        *,
        max_letters: int = 32,
        page: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> DeadLetterPage:
        """Dead letters, oldest first; leaves them where they are."""
        result = self._call(
            "browseDeadLetters",
            lambda stub, context: stub.browseDeadLetters(
                ttypes.BrowseDeadLettersRequest(
                    context=context, group=group, topic=topic, maxLetters=max_letters, page=page
                )
            ),
            timeout,
        )
        letters = tuple(_letter(wire, self._codec) for wire in result.letters)
        return DeadLetterPage(letters, result.nextPage)

    def replay_dead_letters(
        self,
        group: str,
        topic: Optional[str] = None,
        ids: Optional[Sequence[str]] = None,
        *,
        timeout: Optional[float] = None,
    ) -> DeadLetterCount:
        """Sends dead letters to the group again with attempt 1, then removes them.

        Without ``ids`` all that ``topic`` selects; short of time it answers with what it has done,
        and ``more``.
        """
        return _count(
            self._call(
                "replayDeadLetters",
                lambda stub, context: stub.replayDeadLetters(
                    _selection(context, group, topic, ids)
                ),
                timeout,
                repeatable=False,
            )
        )

    def purge_dead_letters(
        self,
        group: str,
        topic: Optional[str] = None,
        ids: Optional[Sequence[str]] = None,
        *,
        timeout: Optional[float] = None,
    ) -> DeadLetterCount:
        """Removes dead letters for good; short of time it answers as ``replay_dead_letters``."""
        return _count(
            self._call(
                "purgeDeadLetters",
                lambda stub, context: stub.purgeDeadLetters(_selection(context, group, topic, ids)),
                timeout,
                repeatable=False,
            )
        )

    def drain(
        self, grace: Optional[float] = None, *, timeout: Optional[float] = None
    ) -> DrainReport:
        """Has the answering node hand out no more leases, wait for the open ones and leave its groups.

        :param grace: seconds to wait for open leases; None: the node's (30). Comes on top of ``timeout``
        """
        result = self._call(
            "drain",
            lambda stub, context: stub.drain(
                ttypes.DrainRequest(context=context, graceMillis=_wire.millis(grace))
            ),
            timeout,
            parked=30.0 if grace is None else grace,
        )
        return DrainReport(result.openLeases, result.tookMillis / 1000)

    def config(self, *, timeout: Optional[float] = None) -> str:
        """The answering node's configuration in force, as YAML, without secrets."""
        result = self._call(
            "config",
            lambda stub, context: stub.config(ttypes.ConfigRequest(context=context)),
            timeout,
        )
        return str(result.yaml)

    def _call(
        self,
        name: str,
        call: Callable[[Any, Any], Any],
        timeout: Optional[float],
        *,
        repeatable: bool = True,
        parked: float = 0.0,
    ) -> Any:
        return self._caller.call(
            name,
            lambda connection, context: call(connection.admin, context),
            repeatable=repeatable,
            options=CallOptions(timeout),
            parked=parked,
        )


def _topic(wire: ttypes.TopicInfo) -> TopicInfo:
    return TopicInfo(
        wire.topic,
        wire.cluster,
        wire.engine,
        wire.partitions,
        wire.ordered,
        wire.maxMessageBytes,
        wire.messages,
    )


def _group(wire: ttypes.GroupInfo) -> GroupInfo:
    return GroupInfo(
        wire.group,
        wire.topic,
        wire.lagMessages,
        None if wire.lagMillis is None else wire.lagMillis / 1000,
        tuple(
            PartitionLag(p.partition, p.start, p.committed, p.end, p.owner)
            for p in wire.partitions
        ),
        wire.inFlight,
        wire.parked,
        tuple(wire.clients or ()),
    )


def _letter(wire: ttypes.DeadLetter, codec: Codec) -> DeadLetter:
    return DeadLetter(
        wire.id,
        wire.messageId,
        wire.topic,
        wire.attempts,
        wire.reason,
        _wire.moment(wire.deadAtMillis),
        _wire.from_message(wire.message),
        wire.origin,
        codec,
    )


def _selection(
    context: Any, group: str, topic: Optional[str], ids: Optional[Sequence[str]]
) -> ttypes.DeadLetterSelection:
    return ttypes.DeadLetterSelection(
        context=context, group=group, topic=topic, ids=None if ids is None else list(ids)
    )


def _count(wire: ttypes.DeadLettersResult) -> DeadLetterCount:
    return DeadLetterCount(wire.count, wire.failed or 0, wire.reason, bool(wire.more))
