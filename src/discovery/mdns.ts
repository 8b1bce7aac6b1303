import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { EventEmitter, once } from "node:events";
import Bonjour from "bonjour-service";
import { isOnLink, type Card } from "./cards.ts";
import { FairEar, type Budget } from "./fair-ear.ts";
import type { MdnsRecord, Question } from "./records.ts";

/** RFC 6762 3. */
const MDNS_PORT = 5353;
const GROUP = "224.0.0.251";
/** RFC 6762 11. */
const TTL = 255;
/** The longest message that is allowed (RFC 6762 17); a longer one is nobody's we look for. */
const MAX_MESSAGE_BYTES = 9_000;
/** In one message: of the longest names so many fit into it. */
const MAX_QUESTIONS_ASKED = 32;
/** Seconds. */
const LEGACY_TTL = 10;

export type MdnsOptions = Budget & {
  readonly card: Card;
  /** Another one than 5353 is a network of its own, for tests. */
  readonly port?: number;
};

/** Multicast DNS on one network card: questions and answers as they are said there. */
export interface Mdns extends AsyncDisposable {
  /** The first failure to send, as the system says it. */
  readonly sendFailure: string | undefined;
  /** Whether all together said more than is looked at. */
  readonly isFlooded: boolean;
  /** The addresses of those who said more than their share, of which no more was looked at. */
  readonly tooLoud: readonly string[];
  ask(questions: readonly AnyQuestion[]): void;
  /** Says it to everybody. Resolves when the system has taken it. */
  tell(records: readonly OwnRecord[]): Promise<void>;
  /** Hears the records of every answer, whoever asked for it, and whose they are. Answers how to stop listening. */
  hearAnswers(listener: (records: readonly MdnsRecord[], speaker: string) => void): () => void;
  /** Hears every question of others. What `answer` gives back is said to whoever has to hear it. */
  hearQuestions(answer: (questions: readonly HeardQuestion[]) => readonly OwnRecord[]): void;
}

export type OpenedMdns =
  { readonly kind: "open"; readonly mdns: Mdns } | { readonly kind: "failed"; readonly why: string };

type AnyQuestion = Question | { readonly name: string; readonly type: "ANY" };

type HeardQuestion = { readonly name: string; readonly type: string };

/** A record that is published from here. */
export type OwnRecord = {
  readonly name: string;
  readonly ttl: number;
  /** Whether nobody else has records of this name and type. */
  readonly flush: boolean;
} & (
  | { readonly type: "PTR" | "A"; readonly data: string }
  | { readonly type: "SRV"; readonly data: { readonly target: string; readonly port: number } }
  | { readonly type: "TXT"; readonly data: readonly string[] }
);

/**
 * Opens what is said on this card, and on no other one. Of bonjour-service only the messages are used (docs/adr/0061-discovery.md): the socket is ours,
 * because it has to be bound to all addresses and still speak on one card, because its failures would end the process, and because what it hears has
 * to be limited before anything decodes it.
 */
export async function openMdns({ card, port = MDNS_PORT, ...budget }: MdnsOptions): Promise<OpenedMdns> {
  const socket = createSocket({ type: "udp4", reuseAddr: true });
  try {
    socket.bind(port, "0.0.0.0");
    await once(socket, "listening");
    socket.addMembership(GROUP, card.address);
    socket.setMulticastInterface(card.address);
    socket.setMulticastTTL(TTL);
  } catch (error) {
    socket.close();
    return { kind: "failed", why: error instanceof Error ? error.message : String(error) };
  }
  return { kind: "open", mdns: mdnsOver(socket, card, port, budget) };
}

function mdnsOver(socket: Socket, card: Card, port: number, budget: Budget): Mdns {
  const gate = gateOf(socket, card, budget);
  const { wire, close } = wireOver(gate.socket, port);
  let sendFailure: string | undefined;
  const failed = (error: Error | null | undefined): void => {
    if (error) sendFailure ??= error.message;
  };
  const say = (message: Saying, to: RemoteInfo | undefined) =>
    new Promise<void>((resolve) => {
      wire.respond(message, to, (error) => {
        failed(error);
        resolve();
      });
    });
  return {
    get sendFailure() {
      return sendFailure;
    },
    get isFlooded() {
      return gate.ear.isFlooded;
    },
    get tooLoud() {
      return gate.ear.tooLoud;
    },
    ask: (questions) => {
      const askable = questions.filter(({ name }) => isEncodable(name));
      for (let from = 0; from < askable.length; from += MAX_QUESTIONS_ASKED) {
        wire.query(askable.slice(from, from + MAX_QUESTIONS_ASKED), failed);
      }
    },
    tell: (records) => say({ answers: records }, undefined),
    hearAnswers: (listener) => {
      const hear = ({ answers, additionals }: Heard, { address }: RemoteInfo) =>
        listener([...answers, ...additionals], address);
      wire.on("response", hear);
      return () => wire.off("response", hear);
    },
    hearQuestions: (answer) => {
      wire.on("query", ({ id, questions }, from) => {
        const answers = answer(questions);
        if (answers.length === 0) return;
        if (from.port === port) void say({ answers }, undefined);
        else void say({ id, questions, answers: answers.map(forLegacy) }, from);
      });
    },
    [Symbol.asyncDispose]: () => {
      gate.ear.close();
      return close();
    },
  };
}

/** Who asks from another port is no member of the group: the answer is sent to him, and lives for a moment (RFC 6762 6.7). */
function forLegacy(record: OwnRecord): OwnRecord {
  return { ...record, ttl: Math.min(record.ttl, LEGACY_TTL), flush: false };
}

/** What bonjour-service takes for its socket. It hears what comes from this card's network (RFC 6762 11) and is no longer than allowed. */
function gateOf(socket: Socket, card: Card, budget: Budget) {
  const heard = new EventEmitter();
  const ear = new FairEar({ ...budget, read: (message, from) => void heard.emit("message", message, from) });
  socket.on("message", (message: Buffer, from: RemoteInfo) => {
    if (isOnLink(card, from.address) && message.length <= MAX_MESSAGE_BYTES) ear.hear(message, from);
  });
  socket.on("error", (error) => heard.emit("error", error));
  return {
    ear,
    socket: Object.assign(heard, {
      send: socket.send.bind(socket),
      close: socket.close.bind(socket),
    }),
  };
}

/** A name that somebody announced may hold bytes that are no text; then it is longer as text, and cannot be asked for. */
function isEncodable(name: string): boolean {
  const lengths = name.split(".").map((label) => Buffer.byteLength(label));
  return Buffer.byteLength(name) <= 253 && lengths.every((length) => length > 0 && length <= 63);
}

/** Inside of bonjour-service 1.4.4: it has no other way to hear of failures, or of an answer that comes in parts. */
interface Wire {
  on(event: "error", listener: (error: Error) => void): void;
  on(event: "response" | "query", listener: (message: Heard, from: RemoteInfo) => void): void;
  off(event: "response", listener: (message: Heard, from: RemoteInfo) => void): void;
  query(questions: readonly AnyQuestion[], sent: Sent): void;
  respond(message: Saying, to: RemoteInfo | undefined, sent: Sent): void;
}

type Sent = (error?: Error | null) => void;

type Heard = {
  readonly id: number;
  readonly questions: readonly HeardQuestion[];
  readonly answers: readonly MdnsRecord[];
  readonly additionals: readonly MdnsRecord[];
};

type Saying = {
  readonly id?: number;
  readonly questions?: readonly HeardQuestion[];
  readonly answers: readonly OwnRecord[];
};

function wireOver(socket: EventEmitter, port: number) {
  const options = { socket, port, bind: false, multicast: false };
  const bonjour = new Bonjour(options);
  const { mdns: wire } = (bonjour as unknown as { readonly server: { readonly mdns: Wire } }).server;
  // The socket is open and joined; what fails now is told to whoever sends. Without a listener it would end the process.
  wire.on("error", () => undefined);
  return { wire, close: () => new Promise<void>((resolve) => bonjour.destroy(() => resolve())) };
}
