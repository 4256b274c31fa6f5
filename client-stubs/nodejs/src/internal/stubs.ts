import thrift from "thrift";
import Admin from "../../idl/Admin.js";
import Consume from "../../idl/Consume.js";
import Produce from "../../idl/Produce.js";
import { FrameWriter } from "./frames.js";

/** The services of the contract, by the names that the gateway knows them under. */
export type ServiceName = "Produce" | "Consume" | "Admin";

/** The generated client of each service. */
export interface Stubs {
  readonly Produce: Produce.Client;
  readonly Consume: Consume.Client;
  readonly Admin: Admin.Client;
}

/** What generated clients share and no declaration of theirs shows. */
interface Innards {
  _seqid: number;
  _reqs: Record<number, unknown>;
  [receive: `recv_${string}`]: (input: thrift.TProtocol, type: number, seqid: number) => void;
}

type Output = new (transport: thrift.TTransport) => thrift.TProtocol;

const CLIENTS: Record<ServiceName, { Client: new (output: thrift.TTransport, protocol: Output) => object }> = {
  Produce,
  Consume,
  Admin,
};

/**
 * The generated clients of one connection, which number their calls together. Their own connection of the `thrift`
 * package is not used: it knows neither deadlines nor what became of a request when a connection breaks.
 */
export class StubSet {
  readonly #writer = new FrameWriter();
  readonly #stubs = {} as Record<ServiceName, Innards>;
  #seqid = 0;

  constructor() {
    for (const name of Object.keys(CLIENTS) as ServiceName[]) {
      const output = this.#writer as unknown as thrift.TTransport;
      this.#stubs[name] = new CLIENTS[name].Client(output, multiplexed(name)) as unknown as Innards;
    }
  }

  /** Encodes a call; the answer resolves when `decode` has been given its reply. */
  encode<S extends ServiceName, R>(
    service: S,
    invoke: (stub: Stubs[S]) => Promise<R>,
  ): { seqid: number; frame: Buffer | null; answer: Promise<R> } {
    const stub = this.#stubs[service];
    this.#seqid = (this.#seqid % 0x7fff_fffe) + 1;
    this.#writer.reset();
    stub._seqid = this.#seqid - 1; // The stub counts up by one itself.
    const answer = (async () => invoke(stub as unknown as Stubs[S]))();
    return { seqid: this.#seqid, frame: this.#writer.take(), answer };
  }

  /** Drops the stub's own record of a call that gets no answer. */
  forget(service: ServiceName, seqid: number): void {
    delete this.#stubs[service]._reqs[seqid];
  }

  /** Hands a reply to the stub that asked for it. Throws when it is not an answer of this contract. */
  decode(reply: Reply, service: ServiceName): void {
    const receive = this.#stubs[service][`recv_${reply.method}`];
    if (receive === undefined) {
      throw new Error(`answer to an unknown method ${JSON.stringify(reply.method.slice(0, 80))}`);
    }
    receive.call(this.#stubs[service], reply.input, reply.type, reply.seqid);
  }
}

/** The head of a reply, and the rest of it to be read. */
export interface Reply {
  readonly method: string;
  readonly type: number;
  readonly seqid: number;
  readonly input: thrift.TProtocol;
}

/** Reads the head of a reply. Throws when it is not Thrift's strict binary protocol. */
export function readHead(frame: Buffer): Reply {
  const input = new thrift.TBinaryProtocol(new thrift.TFramedTransport(frame) as thrift.TTransport, true, true);
  const head = input.readMessageBegin();
  return { method: head.fname, type: head.mtype, seqid: head.rseqid, input };
}

/** The strict binary protocol under a service's name; the package's own makes a buffer of each byte that it writes. */
function multiplexed(service: ServiceName): Output {
  return class extends thrift.TBinaryProtocol {
    readonly #out: FrameWriter;

    constructor(transport: thrift.TTransport) {
      super(transport, true, true);
      this.#out = transport as unknown as FrameWriter;
    }

    override writeMessageBegin(name: string, type: thrift.Thrift.MessageType, seqid: number): void {
      super.writeMessageBegin(`${service}:${name}`, type, seqid);
    }

    override writeByte(value: number): void {
      this.#out.byte(value);
    }

    override writeI16(value: number): void {
      this.#out.i16(value);
    }

    override writeI32(value: number): void {
      this.#out.i32(value);
    }

    override writeString(value: string): void {
      if (typeof value !== "string") {
        throw new TypeError(`${typeof value} ${String(value)} (expected: a string)`);
      }
      this.#out.text(value);
    }
  };
}
