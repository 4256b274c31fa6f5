import type { Codec } from "./codec.js";

/** How bodies are compressed on their way out and decoded on their way in. */
export interface CompressionOptions {
  /** Bodies of at least so many bytes are compressed, when that makes them smaller. Default: 4,096. */
  readonly thresholdBytes?: number | undefined;
  /** What they are compressed with. Default: `zstd`. */
  readonly codec?: "zstd" | "gzip" | Codec | undefined;
  /** Whether bodies are compressed at all; they are decoded all the same. Default: true. */
  readonly enabled?: boolean | undefined;
  /** A body that would be larger than this when decoded is refused. Default: 64 MiB. */
  readonly maxDecodedBytes?: number | undefined;
  /** More encodings to understand, besides `zstd` and `gzip`. */
  readonly codecs?: readonly Codec[] | undefined;
}
