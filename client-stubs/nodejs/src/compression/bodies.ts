import { ErrorCode } from "../codes.js";
import { EncodingError } from "../errors.js";
import type { Codec } from "./codec.js";
import { gzip } from "./gzip.js";
import type { CompressionOptions } from "./options.js";
import { zstd } from "./zstd.js";

const MAX_NAME_BYTES = 32;

/** @internal A body with the encoding that it has. */
export interface EncodedBody {
  readonly body: Buffer;
  readonly encoding: string | null;
}

/** @internal Compresses and decodes the bodies of one client. */
export class Bodies {
  readonly #codecs: ReadonlyMap<string, Codec>;
  readonly #codec: Codec;
  readonly #thresholdBytes: number;
  readonly #maxDecodedBytes: number;

  constructor(options: false | CompressionOptions) {
    const given = options === false ? {} : options;
    this.decodes = options !== false;
    this.#thresholdBytes = options === false || given.enabled === false ? Infinity : (given.thresholdBytes ?? 4_096);
    this.#maxDecodedBytes = given.maxDecodedBytes ?? 64 << 20;
    if (!(this.#thresholdBytes >= 0)) {
      throw new RangeError(`compression.thresholdBytes: ${this.#thresholdBytes} (expected: >= 0)`);
    }
    if (!(this.#maxDecodedBytes > 0)) {
      throw new RangeError(`compression.maxDecodedBytes: ${this.#maxDecodedBytes} (expected: > 0)`);
    }
    const custom = [...(given.codecs ?? []), ...(typeof given.codec === "object" ? [given.codec] : [])];
    for (const { name } of custom) {
      if (name.length === 0 || Buffer.byteLength(name) > MAX_NAME_BYTES) {
        throw new RangeError(`compression.codecs: name ${JSON.stringify(name)} (expected: 1 to ${MAX_NAME_BYTES} bytes)`);
      }
    }
    this.#codecs = new Map([zstd, gzip, ...custom].map((codec) => [codec.name, codec]));
    const name = typeof given.codec === "object" ? given.codec.name : (given.codec ?? "zstd");
    const codec = this.#codecs.get(name);
    if (codec === undefined) {
      throw new RangeError(`compression.codec: ${name} (expected: zstd, gzip or a codec)`);
    }
    this.#codec = codec;
  }

  /** Whether what is received is decoded. */
  readonly decodes: boolean;

  /** The body to send: compressed where it is large enough and gets smaller, or where that is `forced`. */
  async encode(body: Buffer, forced?: boolean): Promise<EncodedBody> {
    if (forced === false || (forced === undefined && body.length < this.#thresholdBytes)) {
      return { body, encoding: null };
    }
    const compressed = await this.#codec.compress(body);
    if (compressed.length >= body.length && forced !== true) {
      return { body, encoding: null };
    }
    const { buffer, byteOffset, byteLength } = compressed;
    return { body: Buffer.from(buffer, byteOffset, byteLength), encoding: this.#codec.name };
  }

  /** The plain body. Rejects with an EncodingError. */
  async decode(body: Buffer, encoding: string): Promise<Buffer> {
    const codec = this.#codecs.get(encoding);
    if (codec === undefined) {
      const known = [...this.#codecs.keys()].join(", ");
      const advice = "give the client a codec of this name in compression.codecs, or have the producer use a known one";
      throw undecodable(`unknown encoding ${JSON.stringify(encoding)} (expected: ${known}): ${advice}`, { encoding });
    }
    try {
      const plain = await codec.decompress(body, this.#maxDecodedBytes);
      if (plain.length <= this.#maxDecodedBytes) {
        return Buffer.from(plain.buffer, plain.byteOffset, plain.byteLength);
      }
    } catch (error) {
      if (!isTooLarge(error)) {
        const what = error instanceof Error ? error.message : String(error);
        throw undecodable(`body of ${body.length} bytes is not ${encoding}: ${what}`, { encoding }, error);
      }
    }
    const limitBytes = String(this.#maxDecodedBytes);
    const text = `body of ${body.length} bytes of ${encoding} decodes to more than ${limitBytes} bytes`;
    throw undecodable(`${text} (compression.maxDecodedBytes)`, { encoding, limitBytes });
  }
}

function isTooLarge(error: unknown): boolean {
  return error instanceof RangeError && (/decodes to more than/.test(error.message) || code(error) === "ERR_BUFFER_TOO_LARGE");
}

function code(error: Error): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}

function undecodable(message: string, details: Record<string, string>, cause?: unknown): EncodingError {
  return new EncodingError({
    codeNumber: ErrorCode.UNDECODABLE,
    category: "CALLER",
    message,
    retryable: false,
    outcome: "NOT_APPLIED",
    details,
    cause,
  });
}
