import type gateway from "../../idl/gateway_types.js";
import type { Bodies } from "../compression/bodies.js";
import { Delivery } from "../delivery.js";
import { EncodingError } from "../errors.js";
import type { Message } from "../messages.js";
import { messageFromWire, toNumber } from "./wire.js";

/** A message of the wire, decoded; with the error where that fails. */
export async function incoming(
  wire: gateway.Message,
  bodies: Bodies,
): Promise<{ message: Message; error: EncodingError | null }> {
  const encoding = wire.encoding ?? null;
  if (encoding === null || !bodies.decodes) {
    return { message: messageFromWire(wire, wire.body, encoding), error: null };
  }
  try {
    return { message: messageFromWire(wire, await bodies.decode(wire.body, encoding), null), error: null };
  } catch (error) {
    if (error instanceof EncodingError) {
      return { message: messageFromWire(wire, wire.body, encoding), error };
    }
    throw error;
  }
}

/** A delivery of the wire, decoded. */
export async function delivery(wire: gateway.Delivery, bodies: Bodies): Promise<Delivery> {
  const { message, error } = await incoming(wire.message, bodies);
  return new Delivery({
    lease: wire.lease,
    leaseMs: toNumber(wire.leaseMillis),
    attempt: wire.attempt,
    messageId: wire.messageId,
    message,
    encoding: wire.message.encoding ?? null,
    rawBody: wire.message.body,
    encodingError: error,
    bornAt: new Date(toNumber(wire.bornAtMillis)),
    storedAt: new Date(toNumber(wire.storedAtMillis)),
    position: wire.position,
  });
}
