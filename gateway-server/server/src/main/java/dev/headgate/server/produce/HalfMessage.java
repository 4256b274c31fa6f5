package dev.headgate.server.produce;

import dev.headgate.engine.TopicName;
import dev.headgate.server.routing.Route;

/**
 * A prepared message that an engine has stored, invisible (D31).
 *
 * @param topic of the message
 * @param route by which it went
 * @param messageId assigned by the gateway
 * @param engineId by which the engine knows it
 */
public record HalfMessage(TopicName topic, Route route, String messageId, String engineId) {}
