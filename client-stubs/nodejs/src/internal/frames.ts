const HEADER = 4;

const CHUNK = 512;
const COPIED = 256;

/** The writing end that the stubs see: gathers one call into a frame. Small fields are written in place. */
export class FrameWriter {
  #sealed: Uint8Array[] = [];
  #chunk = Buffer.allocUnsafe(CHUNK);
  #start = 0;
  #at = HEADER;
  #complete = false;

  /** Forgets what was written. */
  reset(): void {
    this.#sealed = [];
    this.#chunk = Buffer.allocUnsafe(CHUNK);
    this.#start = 0;
    this.#at = HEADER;
    this.#complete = false;
  }

  setCurrSeqId(): void {
    // The connection numbers its calls itself.
  }

  byte(value: number): void {
    this.#room(1);
    this.#at = this.#chunk.writeUInt8(value & 0xff, this.#at);
  }

  i16(value: number): void {
    this.#room(2);
    this.#at = this.#chunk.writeInt16BE(value, this.#at);
  }

  i32(value: number): void {
    this.#room(4);
    this.#at = this.#chunk.writeInt32BE(value, this.#at);
  }

  text(value: string): void {
    const size = Buffer.byteLength(value, "utf8");
    this.#room(4 + size);
    this.#at = this.#chunk.writeInt32BE(size, this.#at);
    this.#at += this.#chunk.write(value, this.#at, "utf8");
  }

  write(bytes: Uint8Array): void {
    if (bytes.length <= COPIED) {
      this.#room(bytes.length);
      this.#chunk.set(bytes, this.#at);
      this.#at += bytes.length;
    } else {
      this.#seal();
      this.#sealed.push(bytes);
    }
  }

  flush(): void {
    this.#complete = true;
  }

  /** The frame with its header; null when no whole call was written. */
  take(): Buffer | null {
    if (!this.#complete) {
      return null;
    }
    this.#seal();
    const frame = Buffer.concat(this.#sealed);
    frame.writeUInt32BE(frame.length - HEADER, 0);
    this.reset();
    return frame;
  }

  #room(bytes: number): void {
    if (this.#at + bytes > this.#chunk.length) {
      this.#seal();
      this.#chunk = Buffer.allocUnsafe(Math.max(CHUNK, bytes));
      this.#start = 0;
      this.#at = 0;
    }
  }

  #seal(): void {
    if (this.#at > this.#start) {
      this.#sealed.push(this.#chunk.subarray(this.#start, this.#at));
      this.#start = this.#at;
    }
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
