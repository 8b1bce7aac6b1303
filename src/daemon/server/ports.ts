import type { Json } from "../../core/json.ts";
import type { PosRegistry, SecretStore } from "../../core/pos.ts";
import type { Clock, Crypto, Log } from "../../core/ports.ts";
import type { Secret } from "../../core/secret.ts";
import type { Alarm, Journal } from "../../journal/journal.ts";
import type { VendorDescription } from "../../protocol/terminal.ts";
import type { ServerCertificate } from "../../home/certificate/certificate.ts";
import type { Doctor } from "../doctor.ts";
import type { Intake } from "../intake.ts";
import type { StandingAlarms } from "../standing-alarms.ts";
import type { Measurements } from "../metrics/measurements.ts";
import type { DaemonEvents, DiscoveryApi, PracticeApi, TerminalsApi, TransactionsApi } from "../api.ts";

/** What the server needs from the daemon around it. */
export type ServerPorts = {
  readonly clock: Clock;
  readonly log: Log;
  readonly crypto: Crypto;
  readonly transactions: TransactionsApi;
  readonly terminals: TerminalsApi;
  readonly discovery: DiscoveryApi;
  /** Absent where nobody can practise: no journal, no payment. */
  readonly practice?: PracticeApi;
  readonly events: DaemonEvents;
  /** Tells a POS, and whoever watches, of an alarm that belongs to no transaction. It is not kept. */
  readonly raise: (alarm: Alarm, pos: string) => void;
  /** The kept events, and the record of who changed what. */
  readonly journal: Pick<Journal, "lastSeq" | "keptAfter" | "audit">;
  /** Whether new money can be written down right now. */
  readonly journalWorks: () => boolean;
  readonly intake: Intake;
  readonly registry: PosRegistry;
  readonly secrets: SecretStore;
  readonly vendors: readonly VendorDescription[];
  /** Those of which nobody has heard the end. Absent where this daemon remembers none. */
  readonly standingAlarms?: () => ReturnType<StandingAlarms["list"]>;
  /** Absent where this daemon counts nothing. */
  readonly measurements?: Measurements;
  /** Absent where this daemon examines nothing. */
  readonly doctor?: Doctor;
  /** Absent where this daemon records nothing. */
  readonly recorder?: Recorder;
};

/** The redacted wire. */
interface Recorder {
  /** Live, of one terminal or of all. Whoever says that he is behind misses some. Answers how to stop listening. */
  listen(terminal: string | undefined, listener: (terminal: string, entry: Json) => "taken" | "behind"): () => void;
  /** What is kept, behind this entry. */
  page(terminal: string | undefined, after: number): Promise<RecordingPage>;
}

type RecordingPage = { readonly entries: readonly Json[]; readonly next?: number; readonly missing: number };

export type ServerSettings = {
  /** A name or address of the loopback; nothing else is listened on. */
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Origins of browser programs, exactly as a browser sends them. The server's own are allowed by construction. */
  readonly allowedOrigins: readonly string[];
  /** wss for programs and pages of this machine. */
  readonly tls?: { readonly port: number; readonly certificate: () => Promise<ServerCertificate | undefined> };
  /** Other machines of the shop. */
  readonly lan?: LanSettings;
  readonly administratorToken: Secret;
  readonly version: string;
  /** `lastGood` where config.json was broken at the start. Absent where there is no file. */
  readonly configuration?: "file" | "lastGood";
  /** Runs of the service that did not end in order, within the ten minutes before this one began. */
  readonly disorderlyEnds?: number;
  /** Of this installation of the daemon, so that a client notices when it talks to another one. */
  readonly instance: string;
  readonly limits?: Partial<ServerLimits>;
};

export type LanSettings = {
  /** An address of this machine, or the one that stands for all of them. */
  readonly host: string;
  readonly port: number;
  /** What the others call this machine, beside the address that they reach. */
  readonly names: readonly string[];
  readonly allowedOrigins: readonly string[];
  readonly certificate: () => Promise<ServerCertificate | undefined>;
  /** Called when it is open; what it answers ends when it is shut. */
  readonly announce: (port: number) => Promise<AsyncDisposable | undefined>;
};

export type ServerLimits = {
  readonly messageBytes: number;
  readonly requestsInFlight: number;
  readonly requestsPerSecond: number;
  readonly sockets: number;
  /** Sent and not taken by the client: more than this and it is dropped. */
  readonly unreadBytes: number;
  /** Events that wait on one socket, for a reply or for a replay. */
  readonly waitingEvents: number;
  /** From the opening of a socket to its session. */
  readonly openMs: number;
  readonly pingEveryMs: number;
  /** A peer that is silent for longer is dead. Looked at every `heartbeatMs`. */
  readonly silenceMs: number;
  readonly heartbeatMs: number;
  /** For an answer from inside the daemon, and for one that a terminal has to give. */
  readonly answerMs: number;
  readonly deviceAnswerMs: number;
};

export const DEFAULT_LIMITS: ServerLimits = {
  messageBytes: 64 * 1024,
  requestsInFlight: 16,
  requestsPerSecond: 50,
  sockets: 64,
  unreadBytes: 1024 * 1024,
  waitingEvents: 1000,
  openMs: 10_000,
  pingEveryMs: 15_000,
  silenceMs: 29_000,
  heartbeatMs: 5_000,
  answerMs: 30_000,
  deviceAnswerMs: 120_000,
};
