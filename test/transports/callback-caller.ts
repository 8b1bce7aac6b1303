import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { Clock } from "../../src/core/ports.ts";
import type { Call } from "../../src/transports/callback-call.ts";
import {
  openCallbackListener,
  type CallbackLimits,
  type CallbackListener,
  type CallbackOptions,
} from "../../src/transports/callback-listener.ts";
import { systemCrypto } from "../../src/daemon/crypto.ts";
import { realClock } from "../support/clock.ts";
import { createKeptLog } from "../support/kept-log.ts";

const LIMITS: CallbackLimits = {
  maxSockets: 50,
  maxSocketsPerAddress: 40,
  headTimeoutMs: 5_000,
  maxHeadBytes: 8_192,
  maxBodyBytes: 10_000,
  bodyTimeoutMs: 5_000,
  answerTimeoutMs: 3_000,
  maxWaitingCalls: 10,
  callsPerSecond: 100,
};

type Wanted = {
  readonly limits?: Partial<CallbackLimits>;
  readonly clock?: Clock;
  readonly tls?: NonNullable<CallbackOptions["tls"]>;
};

/** A listener on the loopback with what a test needs around it. */
export async function openDoor({ limits = {}, clock = realClock, tls }: Wanted = {}) {
  const log = createKeptLog();
  const opened = await openCallbackListener({
    host: "127.0.0.1",
    port: 0,
    limits: { ...LIMITS, ...limits },
    clock,
    crypto: systemCrypto,
    log,
    ...(tls === undefined ? {} : { tls }),
  });
  assert.equal(opened.kind, "open", opened.kind === "failed" ? opened.why : "");
  const { listener } = opened;
  const calls: Call[] = [];
  let heard = (): void => {};
  const path = newPath();
  const registration = listener.register(path, (call) => {
    calls.push(call);
    heard();
  });
  const callers: Caller[] = [];
  return {
    listener,
    log,
    path,
    registration,
    calls,
    /** The call with this number, from 0, once it is there. */
    call: async (index: number): Promise<Call> => {
      for (;;) {
        const found = calls[index];
        if (found !== undefined) return found;
        await new Promise<void>((resolve) => (heard = resolve));
      }
    },
    connect: async () => {
      const caller = await connectTo(listener);
      callers.push(caller);
      return caller;
    },
    async [Symbol.asyncDispose]() {
      for (const { socket } of callers) socket.destroy();
      for (const call of calls) call.respond(200);
      await listener.close();
    },
  };
}

export function newPath(): string {
  return `/${Buffer.from(systemCrypto.randomBytes(24)).toString("base64url")}`;
}

/** A socket of whoever calls, and all that it was answered. */
type Caller = {
  readonly socket: Socket;
  write(text: string): void;
  text(): string;
  /** Resolves with all that was answered, once the connection is over. */
  readonly over: Promise<string>;
};

async function connectTo({ port }: CallbackListener): Promise<Caller> {
  const socket = connect({ host: "127.0.0.1", port });
  const caller = callerOver(socket);
  await once(socket, "connect");
  return caller;
}

export function callerOver(socket: Socket): Caller {
  let text = "";
  socket.on("data", (bytes: Buffer) => (text += bytes.toString("latin1")));
  socket.on("error", () => {}); // `close` follows it
  const over = new Promise<string>((resolve) => socket.once("close", () => resolve(text)));
  return { socket, write: (bytes) => void socket.write(bytes), text: () => text, over };
}

export function post(path: string, body: string, headers = ""): string {
  return `POST ${path} HTTP/1.1\r\nHost: till\r\nContent-Length: ${body.length}\r\n${headers}\r\n${body}`;
}

/** As a test compares it: without the moment. */
export function plain(answer: string): string {
  return answer.replace(/^Date: .*\r\n/m, "").replaceAll("\r\n", "\n");
}

export const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1] ?? 0);
