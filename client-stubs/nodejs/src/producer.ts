import gateway from "../idl/gateway_types.js";
import type { Bodies } from "./compression/bodies.js";
import { CheckLoop, type CheckAnswer, type CheckLoopOptions } from "./checks.js";
import { HeadgateError, localError } from "./errors.js";
import type { Caller, Operation } from "./internal/caller.js";
import { checkFromWire, errorFromWire, i64, messageToWire, receiptFromWire } from "./internal/wire.js";
import { incoming } from "./internal/incoming.js";
import { toBuffer, toHeaders } from "./messages.js";
import type { Bytes, OutgoingMessage, PendingCheck, PreparedMessage, SendReceipt } from "./messages.js";
import type { CallOptions, Logger } from "./options.js";
import type { Tracer } from "./tracing/tracer.js";
import { withTrace, type TraceCarrier } from "./tracing/tracing.js";

/** The answer to one entry of a batch: a receipt, or the error of this entry. */
export type SendOutcome = SendReceipt | HeadgateError;

/** How to ask for pending checks. */
export interface PendingChecksOptions extends CallOptions {
  /** 1 to 1,000. Default: 16. */
  readonly maxChecks?: number | undefined;
  /** Milliseconds to park when there are none, at most 60,000. Default: 0. */
  readonly waitMs?: number | undefined;
}

/** Sends messages; lives as long as its client. Its calls may run at once. */
export class Producer {
  /** @internal */
  constructor(
    private readonly caller: Caller,
    private readonly bodies: Bodies,
    private readonly tracer: Tracer,
    private readonly logger: Logger,
    private readonly loops: Set<CheckLoop>,
  ) {}

  /**
   * Stores one message and resolves when the engine has confirmed it. Rejects with a {@link HeadgateError} when it is
   * not known to be stored; the error's `outcome` says whether it may be.
   *
   * @param message a body (bytes, or text that is sent as UTF-8), or a whole message
   */
  async send(topic: string, message: OutgoingMessage | Bytes, options: CallOptions = {}): Promise<SendReceipt> {
    return this.tracer.around({ kind: "send", topic }, options, async (trace) => {
      const wire = await this.#wire(message, trace);
      const operation: Operation<"Produce", gateway.SendResult> = {
        name: "send",
        service: "Produce",
        repeatable: false,
        invoke: (stub, context) => stub.send(new gateway.SendRequest({ context, topic, message: wire })),
      };
      return receiptFromWire(await this.caller.call(operation, options, trace));
    });
  }

  /**
   * Stores several messages in one call; each is answered for itself, in their order. Rejects only for failures of the
   * whole call. No entry is retried on its own: sent again, it could end behind a later one of its key.
   *
   * @param messages 1 to 1,000 bodies or messages
   */
  async sendBatch(
    topic: string,
    messages: readonly (OutgoingMessage | Bytes)[],
    options: CallOptions = {},
  ): Promise<SendOutcome[]> {
    if (messages.length === 0) {
      return [];
    }
    return this.tracer.around({ kind: "send", topic }, options, async (trace) => {
      const wire = await Promise.all(messages.map((message) => this.#wire(message, trace)));
      const operation: Operation<"Produce", gateway.SendBatchResult> = {
        name: "sendBatch",
        service: "Produce",
        repeatable: false,
        invoke: (stub, context) => stub.sendBatch(new gateway.SendBatchRequest({ context, topic, messages: wire })),
      };
      const { outcomes } = await this.caller.call(operation, options, trace);
      if (outcomes.length !== messages.length) {
        throw localError("BAD_REPLY", "UNKNOWN", `${outcomes.length} answers to ${messages.length} messages`);
      }
      return outcomes.map(outcomeFromWire);
    });
  }

  /**
   * Withdraws a delayed message that is not yet due. Rejects with NOT_FOUND when it is due, cancelled or unknown.
   *
   * @param delayHandle of its {@link SendReceipt}
   */
  async cancel(topic: string, delayHandle: string, options: CallOptions = {}): Promise<void> {
    // A repeated cancel answers NOT_FOUND, which would hide that the first one worked.
    const operation: Operation<"Produce", void> = {
      name: "cancel",
      service: "Produce",
      repeatable: false,
      invoke: (stub, context) => stub.cancel(new gateway.CancelRequest({ context, topic, delayHandle })),
    };
    await this.caller.call(operation, options, await this.tracer.carrier(options));
  }

  /**
   * Stores a message that nobody sees until `commit`. Not retried when it may have been stored: what was stored without
   * an answer is asked about, and rolled back in the end.
   *
   * @param group any member of this producer group may answer when the engine asks what became of the message
   */
  async prepare(
    topic: string,
    group: string,
    message: OutgoingMessage | Bytes,
    options: CallOptions = {},
  ): Promise<PreparedMessage> {
    return this.tracer.around({ kind: "send", topic }, options, async (trace) => {
      const wire = await this.#wire(message, trace);
      const operation: Operation<"Produce", gateway.PrepareResult> = {
        name: "prepare",
        service: "Produce",
        repeatable: false,
        invoke: (stub, context) =>
          stub.prepare(new gateway.PrepareRequest({ context, topic, producerGroup: group, message: wire })),
      };
      const { messageId, transactionId } = await this.caller.call(operation, options, trace);
      return { messageId, transactionId };
    });
  }

  /** Makes a prepared message visible; repeating it is harmless. Rejects with NOT_FOUND when it has been rolled back. */
  async commit(transactionId: string, options: CallOptions = {}): Promise<void> {
    await this.#end("commit", transactionId, options);
  }

  /** Discards a prepared message; repeating it is harmless. Rejects with NOT_FOUND when it has been committed. */
  async rollback(transactionId: string, options: CallOptions = {}): Promise<void> {
    await this.#end("rollback", transactionId, options);
  }

  /** Asks for prepared messages of the group that wait for an answer; {@link answerChecks} does so in a loop. */
  async pendingChecks(group: string, options: PendingChecksOptions = {}): Promise<PendingCheck[]> {
    const waitMs = options.waitMs ?? 0;
    const operation: Operation<"Produce", gateway.PendingChecksResult> = {
      name: "pendingChecks",
      service: "Produce",
      repeatable: true,
      parkedMs: waitMs,
      invoke: (stub, context) =>
        stub.pendingChecks(
          new gateway.PendingChecksRequest({
            context,
            producerGroup: group,
            waitMillis: i64(waitMs),
            ...(options.maxChecks === undefined ? {} : { maxChecks: options.maxChecks }),
          }),
        ),
    };
    const { checks } = await this.caller.call(operation, options, await this.tracer.carrier(options));
    return Promise.all(
      checks.map(async (check) => {
        const { message, error } = await incoming(check.message, this.bodies);
        if (error !== null) {
          throw error;
        }
        return checkFromWire(check, message);
      }),
    );
  }

  /**
   * Answers the checks of a producer group until it is closed, by itself or with the client. Each service that prepares
   * messages runs one: the group is asked while a member does.
   *
   * @param answer says what became of a prepared message; one that rejects is asked again
   */
  answerChecks(
    group: string,
    answer: (check: PendingCheck) => CheckAnswer | Promise<CheckAnswer>,
    options: CheckLoopOptions = {},
  ): CheckLoop {
    const loop = new CheckLoop(this, group, answer, options, this.logger, () => this.loops.delete(loop));
    this.loops.add(loop);
    return loop;
  }

  async #end(name: "commit" | "rollback", transactionId: string, options: CallOptions): Promise<void> {
    const operation: Operation<"Produce", void> = {
      name,
      service: "Produce",
      repeatable: true,
      invoke: (stub, context) => stub[name](new gateway.EndTransactionRequest({ context, transactionId })),
    };
    await this.caller.call(operation, options, await this.tracer.carrier(options));
  }

  async #wire(given: OutgoingMessage | Bytes, trace: TraceCarrier): Promise<gateway.Message> {
    const message = isBytes(given) ? { body: given } : given;
    const headers = withTrace(toHeaders(message.headers), trace);
    const plain = toBuffer(message.body);
    const { body, encoding } =
      message.encoding == null
        ? await this.bodies.encode(plain, message.compress)
        : { body: plain, encoding: message.encoding };
    return messageToWire(message, body, encoding, headers);
  }
}

function isBytes(given: OutgoingMessage | Bytes): given is Bytes {
  return typeof given === "string" || given instanceof Uint8Array;
}

function outcomeFromWire(wire: gateway.SendOutcome): SendOutcome {
  if (wire.result != null) {
    return receiptFromWire(wire.result);
  }
  if (wire.failure != null) {
    return errorFromWire(wire.failure);
  }
  return localError("BAD_REPLY", "UNKNOWN", "the gateway gave this entry no answer");
}
