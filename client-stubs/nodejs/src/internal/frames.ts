const HEADER = 4;

/** The writing end that the stubs see: gathers one call into a frame. */
export class FrameWriter {
  #parts: Uint8Array[] = [Buffer.alloc(HEADER)];
  #size = 0;
  #complete = false;

  /** Forgets what was written. */
  reset(): void {
    this.#parts = [Buffer.alloc(HEADER)];
    this.#size = 0;
    this.#complete = false;
  }

  setCurrSeqId(): void {
    // The connection numbers its calls itself.
  }

  write(bytes: Uint8Array): void {
    this.#parts.push(bytes);
    this.#size += bytes.length;
  }

  flush(): void {
    this.#complete = true;
  }

  /** The frame with its header; null when no whole call was written. */
  take(): Buffer | null {
    if (!this.#complete) {
      return null;
    }
    const frame = Buffer.concat(this.#parts, HEADER + this.#size);
    frame.writeUInt32BE(this.#size, 0);
    this.reset();
    return frame;
  }
}

/** Cuts what a socket delivers into frames; copies a frame at most once. */
export class FrameReader {
  #chunks: Buffer[] = [];
  #have = 0;
  #need = HEADER;

  constructor(
    private readonly maxFrameBytes: number,
    private readonly onFrame: (frame: Buffer) => void,
  ) {}

  /** Takes what has come. Throws when a frame is larger than allowed. */
  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#have += chunk.length;
    if (this.#have < this.#need) {
      return;
    }
    let rest = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks, this.#have);
    this.#need = HEADER;
    while (rest.length >= HEADER) {
      const size = rest.readUInt32BE(0);
      if (size > this.maxFrameBytes) {
        throw new RangeError(`answer of ${size} bytes (expected: at most ${this.maxFrameBytes}, maxFrameBytes)`);
      }
      if (rest.length < HEADER + size) {
        this.#need = HEADER + size;
        break;
      }
      const frame = rest.subarray(HEADER, HEADER + size);
      rest = rest.subarray(HEADER + size);
      this.onFrame(frame);
    }
    this.#chunks = rest.length > 0 ? [rest] : [];
    this.#have = rest.length;
  }
}
