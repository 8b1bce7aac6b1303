import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { HttpAnswer } from "./row.ts";

/** Everything that was answered before the server ended the connection, or before it became a WebSocket. */
export type Knocked = { readonly answers: readonly HttpAnswer[]; readonly headers: readonly string[] };

/** Says it, hears the first answer, then ends its half and reads on until the server has ended too. */
export async function knock(port: number, bytes: string): Promise<Knocked> {
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true }).on("error", () => {});
  let heard = "";
  socket.setEncoding("latin1");
  socket.write(Buffer.from(addressed(bytes, port), "latin1"));
  const ended = once(socket, "close");
  socket.on("end", () => socket.destroy());
  socket.on("data", (text: string) => {
    heard += text;
    if (heard.startsWith("HTTP/1.1 101 ")) socket.destroy();
    else if (splitAnswers(heard).length > 0) socket.end();
  });
  await ended;
  return {
    answers: splitAnswers(heard).map(({ status, body }) => [status, body]),
    headers: splitAnswers(heard).flatMap(({ headers }) => headers),
  };
}

/** `PORT` and `HERE` as they are at this server. */
export function addressed(text: string, port: number): string {
  return text.replaceAll("HERE", `127.0.0.1:${port}`).replaceAll("PORT", String(port));
}

const NO_PIECES = "0\r\n\r\n";

type Split = { readonly status: number; readonly headers: readonly string[]; readonly body: string };

/** The complete answers at the start of a text. */
function splitAnswers(text: string): readonly Split[] {
  const endOfHead = text.indexOf("\r\n\r\n");
  if (endOfHead === -1) return [];
  const [first = "", ...headers] = text.slice(0, endOfHead).split("\r\n");
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(first)?.[1]);
  const told = /^content-length: (\d+)$/im.exec(headers.join("\n"))?.[1];
  const rest = text.slice(endOfHead + 4);
  // Without a length it is an empty one in pieces, or none.
  const length = told === undefined ? (rest.startsWith(NO_PIECES) ? NO_PIECES.length : 0) : Number(told);
  const body = told === undefined ? "" : rest.slice(0, length);
  return [{ status, headers, body }, ...splitAnswers(rest.slice(length))];
}

/** A WebSocket whose frames are written and read byte by byte. */
export type RawWebSocket = {
  readonly socket: Socket;
  /** Of text frames after the hello. */
  readonly said: readonly Said[];
  write(bytes: Buffer): void;
  /** Once all that was written was handled and so much was said: `open`, the close code, or `cut` where there was none. */
  outcome(replies: number): Promise<number | "open" | "cut">;
};

export type Said = {
  readonly id?: string | number | null;
  readonly error?: { readonly code: number; readonly data: Readonly<Record<string, unknown>> };
};

export const UPGRADE = [
  "Connection: Upgrade",
  "Upgrade: websocket",
  "Sec-WebSocket-Version: 13",
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
];
const FENCE = "fence";

export async function openRaw(port: number): Promise<RawWebSocket> {
  const socket = connect({ port, host: "127.0.0.1" }).on("error", () => {});
  socket.write(`GET /v1 HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${UPGRADE.join("\r\n")}\r\n\r\n`);
  const said: Said[] = [];
  const ended = Promise.withResolvers<number | "cut">();
  const greeted = Promise.withResolvers<undefined>();
  let unread = Buffer.alloc(0);
  let isUpgraded = false;
  let passed = () => {};
  let spoke = () => {};

  const hear = ({ opcode, payload }: Frame) => {
    if (opcode === PONG && payload.toString() === FENCE) passed();
    if (opcode === CLOSE) ended.resolve(payload.length < 2 ? 1005 : payload.readUInt16BE(0));
    if (opcode !== TEXT) return;
    const message = JSON.parse(payload.toString()) as Said & { readonly method?: string };
    if (message.method === "hello") greeted.resolve(undefined);
    else said.push(message);
    spoke();
  };
  socket.on("data", (bytes: Buffer) => {
    unread = Buffer.concat([unread, bytes]);
    if (!isUpgraded) {
      const endOfHead = unread.indexOf("\r\n\r\n");
      if (endOfHead === -1) return;
      isUpgraded = true;
      unread = unread.subarray(endOfHead + 4);
    }
    for (let read = readFrame(unread); read !== undefined; read = readFrame(unread)) {
      unread = unread.subarray(read.length);
      hear(read);
    }
  });
  socket.on("close", () => {
    ended.resolve("cut");
    greeted.reject(new Error(`The server ended the connection before its hello: ${unread.toString("latin1")}`));
  });
  await greeted.promise;
  return {
    socket,
    said,
    write: (bytes) => void socket.write(bytes),
    outcome: async (replies) => {
      const fence = () =>
        new Promise<"open">((resolve) => {
          passed = () => resolve("open");
          socket.write(frame({ opcode: PING, payload: FENCE }));
        });
      const enough = new Promise<"open">((resolve) => {
        spoke = () => said.length >= replies && resolve("open");
        spoke();
      });
      // The pong may overtake a reply, and a reply too many would come behind those that are awaited.
      for (const step of [fence, () => enough, fence]) {
        const end = await Promise.race([step(), ended.promise]);
        if (end !== "open") return end;
      }
      return "open";
    },
  };
}

export const CONTINUATION = 0;
export const TEXT = 1;
export const BINARY = 2;
export const CLOSE = 8;
export const PING = 9;
export const PONG = 10;

type Frame = { readonly opcode: number; readonly payload: Buffer };

/** A frame of the server: not masked. */
function readFrame(bytes: Buffer): (Frame & { readonly length: number }) | undefined {
  if (bytes.length < 2) return undefined;
  const short = bytes.readUInt8(1) & 0x7f;
  const start = short === 127 ? 10 : short === 126 ? 4 : 2;
  if (bytes.length < start) return undefined;
  const size = short === 127 ? Number(bytes.readBigUInt64BE(2)) : short === 126 ? bytes.readUInt16BE(2) : short;
  if (bytes.length < start + size) return undefined;
  return { opcode: bytes.readUInt8(0) & 0x0f, payload: bytes.subarray(start, start + size), length: start + size };
}

type Spelled = {
  readonly opcode: number;
  readonly payload?: string | Buffer;
  readonly part?: "first" | "last";
  /** The three reserved bits. */
  readonly reserved?: number;
  readonly masking?: "masked" | "unmasked";
  /** What the length field says, in so many bits, where that is not the truth or not the shortest way. */
  readonly length?: { readonly bits: 7 | 16 | 64; readonly says: bigint };
};

const MASK = Buffer.from([0x37, 0xfa, 0x21, 0x3d]);

/** A frame of a client, or what is meant to look like one. */
export function frame(spelled: Spelled): Buffer {
  const { opcode, payload = "", part = "last", reserved = 0, masking = "masked" } = spelled;
  const content = Buffer.from(payload);
  const size = BigInt(content.length);
  const { bits, says } = spelled.length ?? { bits: size < 126n ? 7 : size < 65_536n ? 16 : 64, says: size };
  const head = Buffer.from([(part === "last" ? 0x80 : 0) | (reserved << 4) | opcode]);
  const isMasked = masking === "masked";
  return Buffer.concat([
    head,
    lengthField(bits, says, isMasked ? 0x80 : 0),
    isMasked ? MASK : Buffer.alloc(0),
    isMasked ? content.map((byte, index) => byte ^ (MASK[index % 4] ?? 0)) : content,
  ]);
}

function lengthField(bits: 7 | 16 | 64, says: bigint, maskBit: number): Buffer {
  if (bits === 7) return Buffer.from([maskBit | Number(says)]);
  const field = Buffer.alloc(bits === 16 ? 3 : 9);
  field.writeUInt8(maskBit | (bits === 16 ? 126 : 127), 0);
  if (bits === 16) field.writeUInt16BE(Number(says), 1);
  else field.writeBigUInt64BE(says, 1);
  return field;
}
