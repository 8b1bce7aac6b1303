/** How a simulated terminal is driven: a pure machine as well, run by `tillbridge simulate`. */
import type { HttpRequest } from "../core/http.ts";
import type { Json, JsonObject } from "../core/json.ts";
import type { Crypto } from "../core/ports.ts";
import type { TSchema } from "../core/schema.ts";

export interface Simulator {
  /** Scenario fields that it understands; `{}` behaves well. `identity.serialNumber` is one of them with every vendor. */
  readonly scenarioSchema: TSchema;
  create(scenario: Json, memory: Json | undefined): SimulatedTerminal;
}

export interface SimulatedTerminal {
  step(input: SimulatorInput, context: SimulatorContext): readonly SimulatorEffect[];
}

export type SimulatorContext = {
  /** Wall clock, milliseconds since 1970. */
  readonly now: number;
  readonly crypto: SimulatorCrypto;
};

/** Whoever plays the terminal has its keys in hand, as a terminal has. */
export interface SimulatorCrypto extends Crypto {
  hmacSha256(key: Uint8Array, bytes: Uint8Array): Uint8Array;
  /** RSASSA-PKCS1-v1_5 with SHA-256; `publicKey` is a DER SubjectPublicKeyInfo. False also where it is none. */
  verifyRs256(publicKey: Uint8Array, signature: Uint8Array, bytes: Uint8Array): boolean;
  /** In the format of RFC 1952. */
  gzip(bytes: Uint8Array): Uint8Array;
  /** RSA PKCS#1 v1.5; `publicKey` is a DER SubjectPublicKeyInfo. Undefined where it is none. */
  encryptRsa(publicKey: Uint8Array, plaintext: Uint8Array): Uint8Array | undefined;
}

export type SimulatorInput =
  | { readonly kind: "connected" }
  | { readonly kind: "disconnected" }
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  /** A request came in, whole. Several can wait for their answers at once. */
  | { readonly kind: "requested"; readonly exchange: string; readonly request: SimulatedRequest }
  /** How a call of ours ended; `status` is undefined where nobody answered it in time. */
  | { readonly kind: "callEnded"; readonly call: string; readonly status: number | undefined }
  /** Whoever asked has gone before the answer. */
  | { readonly kind: "left"; readonly exchange: string }
  | { readonly kind: "timer"; readonly timer: string };

export type SimulatorEffect =
  | { readonly kind: "write"; readonly bytes: Uint8Array }
  | { readonly kind: "answer"; readonly exchange: string; readonly answer: SimulatedAnswer }
  /** Closes the connection of one exchange without an answer: `end` in order, `cut` hard. */
  | { readonly kind: "hangUp"; readonly exchange: string; readonly how: "end" | "cut" }
  /** Posts to somebody who gave this address, and waits for the answer for so long. */
  | {
      readonly kind: "call";
      readonly call: string;
      readonly url: string;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: Uint8Array;
      readonly answerTimeoutMs: number;
    }
  /** Nobody listens at its port from now on: connections are refused, those that are open are cut. */
  | { readonly kind: "switchOff" }
  | { readonly kind: "switchOn" }
  | { readonly kind: "arm"; readonly timer: string; readonly afterMs: number }
  | { readonly kind: "disarm"; readonly timer: string }
  /** Money moved: one line of the ledger, in order with the writes around it. */
  | { readonly kind: "ledger"; readonly movement: JsonObject }
  /** What a restart would find. */
  | { readonly kind: "save"; readonly memory: Json }
  /** Closes the link: `end` in order, `cut` hard. */
  | { readonly kind: "close"; readonly how: "end" | "cut" }
  | { readonly kind: "log"; readonly text: string };

/** Header names in lower case; `method` as it came. */
export type SimulatedRequest = Omit<HttpRequest, "method"> & { readonly method: string };

/** As it leaves: a strict client looks at the reason, and at the case and order of the headers. */
export type SimulatedAnswer = {
  readonly status: number;
  readonly reason: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
};
