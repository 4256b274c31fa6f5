/** One way to compress a body. */
export interface Codec {
  /** The name that goes into a message's encoding, such as `zstd`; at most 32 bytes. */
  readonly name: string;
  /** The compressed body. */
  compress(body: Buffer): Promise<Uint8Array>;
  /** The plain body. Rejects when it would be larger than `maxBytes`, before it is. */
  decompress(body: Buffer, maxBytes: number): Promise<Uint8Array>;
}
