import { createSocket, type RemoteInfo } from "node:dgram";
import { once } from "node:events";
import type { TestContext } from "node:test";

/** Messages of the DNS as RFC 1035 writes them, made and read here by hand: the product's codec is not asked. */
const TYPES = { A: 1, PTR: 12, TXT: 16, SRV: 33, ANY: 255 } as const;
type Type = keyof typeof TYPES;

const GROUP = "224.0.0.251";
export const LOOPBACK = "127.0.0.1";

type Question = { readonly name: string; readonly type: string };
type HeardRecord = Question & { readonly ttl: number; readonly data: string };
export type Message = {
  readonly isAnswer: boolean;
  readonly id: number;
  readonly questions: readonly Question[];
  readonly answers: readonly HeardRecord[];
  readonly from: RemoteInfo;
};

/** Another machine in the network, as far as a network on the loopback has any. */
export type Peer = {
  readonly port: number;
  /** Messages that were none. */
  readonly unreadable: number;
  /** The next message that fits, of all that came and were not taken. */
  heard(fits: (message: Message) => boolean): Promise<Message>;
  /** Resolves with the question when somebody asks it. */
  asked(name: string, type: string): Promise<Message>;
  /** Resolves a turn of the event loop later: the others are in this process, and what is not read in time is lost. */
  say(bytes: Uint8Array): Promise<void>;
};

type PeerOptions = {
  /** A network of its own where it is not given. */
  readonly port?: number;
  /** Of the loopback; another one is another machine. */
  readonly address?: string;
  /** Speaks from another port, as a program that is no member of the group. */
  readonly isStranger?: boolean;
};

export async function openPeer(t: TestContext, options: PeerOptions = {}): Promise<Peer> {
  const { port, address = LOOPBACK, isStranger = false } = options;
  const socket = createSocket({ type: "udp4", reuseAddr: true });
  socket.bind(isStranger ? 0 : (port ?? 0), isStranger ? LOOPBACK : "0.0.0.0");
  await once(socket, "listening");
  const group = port ?? socket.address().port;
  if (!isStranger) socket.addMembership(GROUP, LOOPBACK);
  socket.setMulticastInterface(address);
  t.after(() => new Promise<void>((resolve) => socket.close(resolve)));

  let unreadable = 0;
  const untaken: Message[] = [];
  const takers: { readonly fits: (message: Message) => boolean; readonly take: (message: Message) => void }[] = [];
  socket.on("message", (bytes, from) => {
    const message = readable(bytes, from);
    if (message === undefined) {
      unreadable += 1;
      return;
    }
    const index = takers.findIndex(({ fits }) => fits(message));
    if (index === -1) untaken.push(message);
    else takers.splice(index, 1)[0]?.take(message);
  });
  const heard: Peer["heard"] = (fits) => {
    const index = untaken.findIndex(fits);
    const [there] = index === -1 ? [] : untaken.splice(index, 1);
    if (there !== undefined) return Promise.resolve(there);
    return new Promise((take) => takers.push({ fits, take }));
  };
  return {
    port: group,
    get unreadable() {
      return unreadable;
    },
    heard,
    asked: (name, type) =>
      heard(
        ({ isAnswer, questions }) => !isAnswer && questions.some((each) => each.name === name && each.type === type),
      ),
    say: (bytes) =>
      new Promise((resolve, reject) => {
        socket.send(bytes, group, GROUP, (error) => {
          if (error) reject(error);
          else setImmediate(resolve);
        });
      }),
  };
}

export function question(name: string, type: Type, id = 0): Buffer {
  return Buffer.concat([header(id, 0, 1, 0), encoded(name), shorts(TYPES[type], 1)]);
}

/** An answer of these records, each made by a function below. */
export function answer(...records: readonly Buffer[]): Buffer {
  return Buffer.concat([header(0, 0x8400, 0, records.length), ...records]);
}

export function ptr(type: string, instance: string, ttl = 120): Buffer {
  return record(`${type}.local`, "PTR", ttl, encoded(`${instance}.${type}.local`));
}

export function srv(type: string, instance: string, host: string, port: number, ttl = 120): Buffer {
  return record(`${instance}.${type}.local`, "SRV", ttl, Buffer.concat([shorts(0, 0, port), encoded(host)]));
}

export function a(host: string, address: string, ttl = 120): Buffer {
  return record(host, "A", ttl, Buffer.from(address.split(".").map(Number)));
}

export function txt(type: string, instance: string, entries: readonly string[]): Buffer {
  const strings = entries.map((entry) => Buffer.concat([Buffer.from([Buffer.byteLength(entry)]), Buffer.from(entry)]));
  return record(`${instance}.${type}.local`, "TXT", 120, Buffer.concat(strings));
}

/** All that is needed to find a terminal. */
export function service(type: string, instance: string, port: number, address = LOOPBACK): Buffer {
  const host = `${instance.toLowerCase().replaceAll(/[^a-z0-9]/g, "-")}.local`;
  return answer(ptr(type, instance), srv(type, instance, host, port), txt(type, instance, []), a(host, address));
}

function record(name: string, type: Type, ttl: number, data: Buffer): Buffer {
  const fixed = Buffer.alloc(10);
  fixed.writeUInt16BE(TYPES[type], 0);
  fixed.writeUInt16BE(1, 2);
  fixed.writeUInt32BE(ttl, 4);
  fixed.writeUInt16BE(data.length, 8);
  return Buffer.concat([encoded(name), fixed, data]);
}

function header(id: number, flags: number, questions: number, answers: number): Buffer {
  return shorts(id, flags, questions, answers, 0, 0);
}

function shorts(...numbers: readonly number[]): Buffer {
  const bytes = Buffer.alloc(numbers.length * 2);
  numbers.forEach((number, index) => bytes.writeUInt16BE(number, index * 2));
  return bytes;
}

function encoded(name: string): Buffer {
  const labels = name
    .split(".")
    .map((label) => Buffer.concat([Buffer.from([Buffer.byteLength(label)]), Buffer.from(label)]));
  return Buffer.concat([...labels, Buffer.from([0])]);
}

/** What a test said to break others is heard here as well. */
function readable(bytes: Buffer, from: RemoteInfo): Message | undefined {
  try {
    return read(bytes, from);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function read(bytes: Buffer, from: RemoteInfo): Message {
  let at = 12;
  const name = (): string => {
    const [text, next] = decoded(bytes, at);
    at = next;
    return text;
  };
  const type = (): string => {
    const number = bytes.readUInt16BE(at);
    at += 4;
    return Object.entries(TYPES).find(([, value]) => value === number)?.[0] ?? String(number);
  };
  const questions = times(bytes.readUInt16BE(4), () => ({ name: name(), type: type() }));
  const answers = times(bytes.readUInt16BE(6) + bytes.readUInt16BE(8) + bytes.readUInt16BE(10), () => {
    const head = { name: name(), type: type(), ttl: bytes.readUInt32BE(at) };
    const length = bytes.readUInt16BE(at + 4);
    at += 6 + length;
    return { ...head, data: dataOf(head.type, bytes, at - length, length) };
  });
  return { isAnswer: (bytes.readUInt16BE(2) & 0x8000) !== 0, id: bytes.readUInt16BE(0), questions, answers, from };
}

function dataOf(type: string, bytes: Buffer, at: number, length: number): string {
  if (type === "A") return [...bytes.subarray(at, at + 4)].join(".");
  if (type === "PTR") return decoded(bytes, at)[0];
  if (type === "SRV") return `${decoded(bytes, at + 6)[0]}:${bytes.readUInt16BE(at + 4)}`;
  return bytes.subarray(at, at + length).toString("latin1");
}

/** The name, and where what follows it begins. */
function decoded(bytes: Buffer, from: number): readonly [string, number] {
  const labels: string[] = [];
  let [at, next] = [from, 0];
  for (;;) {
    const length = bytes.readUInt8(at);
    if (length >= 0xc0) {
      if (next === 0) next = at + 2;
      const target = bytes.readUInt16BE(at) & 0x3fff;
      if (target >= at) throw new RangeError("a name that points forward never ends");
      at = target;
      continue;
    }
    if (length > 63) throw new RangeError("a label has at most 63 bytes");
    at += 1 + length;
    if (length === 0) return [labels.join("."), next === 0 ? at : next];
    labels.push(bytes.subarray(at - length, at).toString());
  }
}

function times<Value>(count: number, make: () => Value): readonly Value[] {
  return Array.from({ length: count }, make);
}
