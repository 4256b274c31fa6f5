package dev.headgate.server.produce;

import dev.headgate.engine.Bytes;
import dev.headgate.engine.Header;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One message as a service asks to send it: not yet admitted, so anything in it may be out of
 * bounds.
 *
 * @param body the payload
 * @param key orders messages, or null
 * @param tag to filter by, or null
 * @param headers in order
 * @param encoding of the body, or null
 * @param deliverAt when it is to become visible, or null
 */
public record SendCommand(
    Bytes body,
    @Nullable Bytes key,
    @Nullable String tag,
    List<Header> headers,
    @Nullable String encoding,
    @Nullable Instant deliverAt) {}
