import { promisify } from "node:util";
import zlib from "node:zlib";
import type { Codec } from "./codec.js";

type Native = (body: Uint8Array, options: { maxOutputLength?: number }) => Promise<Buffer>;
type Callback = (error: Error | null, result: Buffer) => void;
type NativeByCallback = (body: Uint8Array, options: { maxOutputLength?: number }, done: Callback) => void;

const MAGIC = 0xfd2fb528;
// What any decoder has to allow (RFC 8878, 3.1.1.1.2); a window is only memory, not output.
const ALWAYS_ALLOWED_WINDOW = 8 << 20;
// A frame of one raw block, "headgate".
const WHOLE = Buffer.from("28b52ffd20084100006865616467617465", "hex");

/** RFC 8878: by Node's own zlib where that has it (22.15, 23.8), off the event loop, else by WebAssembly and JavaScript. */
export const zstd: Codec = native() ?? portable();

function native(): Codec | null {
  const { zstdCompress, zstdDecompress } = zlib as unknown as Record<string, NativeByCallback | undefined>;
  if (zstdCompress === undefined || zstdDecompress === undefined) {
    return null;
  }
  const compress = promisify(zstdCompress) as Native;
  const decompress = promisify(zstdDecompress) as Native;
  return {
    name: "zstd",
    compress: (body) => compress(body, {}),
    decompress: seesTruncation()
      ? (body, maxBytes) => decompress(body, { maxOutputLength: maxBytes })
      : portable().decompress,
  };
}

/** Node 22 takes a frame that is cut short for a whole one and answers what there is. */
function seesTruncation(): boolean {
  const { zstdDecompressSync } = zlib as unknown as { zstdDecompressSync: (body: Uint8Array) => Uint8Array };
  try {
    zstdDecompressSync(WHOLE.subarray(0, -4));
    return false;
  } catch {
    return true;
  }
}

/** @internal For run times without zstd. Blocks the event loop while it works: some 10 ms for each MiB. */
export function portable(): Codec {
  return {
    name: "zstd",
    async compress(body) {
      const { Zstd } = await import("@hpcc-js/wasm-zstd");
      return (await Zstd.load()).compress(body);
    },
    async decompress(body, maxBytes) {
      checkWindow(body, maxBytes);
      const { Decompress } = await import("fzstd");
      const parts: Uint8Array[] = [];
      let size = 0;
      const stream = new Decompress((part) => {
        size += part.length;
        if (size > maxBytes) {
          throw tooLarge(maxBytes);
        }
        parts.push(part.slice()); // The decoder goes on writing into what it has given.
      });
      stream.push(body, true);
      return Buffer.concat(parts, size);
    },
  };
}

/** Reads the first frame's header: the decoder would allocate whatever window that asks for. */
function checkWindow(body: Buffer, maxBytes: number): void {
  if (body.length < 6 || body.readUInt32LE(0) !== MAGIC) {
    throw new Error("not a zstd frame");
  }
  const descriptor = body.readUInt8(4);
  const singleSegment = (descriptor & 0x20) !== 0;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3] as number;
  const sizeFlag = descriptor >> 6;
  const sizeAt = 5 + (singleSegment ? 0 : 1) + dictionaryBytes;
  const size = contentSize(body, sizeAt, sizeFlag, singleSegment);
  if (size !== null && size > maxBytes) {
    throw tooLarge(maxBytes);
  }
  if (!singleSegment) {
    const window = body.readUInt8(5);
    const base = 2 ** (10 + (window >> 3));
    if (base + (base / 8) * (window & 7) > Math.max(maxBytes, ALWAYS_ALLOWED_WINDOW)) {
      throw tooLarge(maxBytes);
    }
  }
}

function contentSize(body: Buffer, at: number, flag: number, singleSegment: boolean): number | null {
  switch (flag) {
    case 0:
      return singleSegment ? body.readUInt8(at) : null;
    case 1:
      return body.readUInt16LE(at) + 256;
    case 2:
      return body.readUInt32LE(at);
    default:
      return Number(body.readBigUInt64LE(at));
  }
}

function tooLarge(maxBytes: number): RangeError {
  return new RangeError(`decodes to more than ${maxBytes} bytes`);
}
