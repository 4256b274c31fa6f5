package dev.headgate.server.produce.transaction;

import dev.headgate.engine.TopicName;

/** Tells prepared messages apart, however often the engine asks about one. */
record HalfKey(TopicName topic, String messageId) {}
