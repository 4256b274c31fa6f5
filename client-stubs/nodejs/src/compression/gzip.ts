import { promisify } from "node:util";
import zlib from "node:zlib";
import type { Codec } from "./codec.js";

const compress = promisify<zlib.InputType, zlib.ZlibOptions, Buffer>(zlib.gzip);
const decompress = promisify<zlib.InputType, zlib.ZlibOptions, Buffer>(zlib.gunzip);

/** RFC 1952, by Node's own zlib, off the event loop. */
export const gzip: Codec = {
  name: "gzip",
  compress: (body) => compress(body, {}),
  decompress: (body, maxBytes) => decompress(body, { maxOutputLength: maxBytes }),
};
