import { gunzipSync } from "node:zlib";
import type { Crypto, Log } from "../../core/ports.ts";
import { Secret } from "../../core/secret.ts";
import { CALLBACK, type CallRules } from "../../drivers/account.ts";
import type { OpenedAnswer } from "../../drivers/wire.ts";
import type { Call } from "../../transports/callback-call.ts";
import type { Keyring } from "../terminal/keyring.ts";
import type { Callbacks, Registration } from "./callbacks.ts";

type CallDeskPorts<Message> = {
  readonly rules: CallRules<Message>;
  readonly callbacks: Callbacks;
  readonly keyring: Keyring;
  readonly crypto: Crypto;
  readonly log: Log;
  readonly vendorNow: () => number;
  /** One that can be believed; it waits for `respond`. */
  readonly called: (call: string, message: Message) => void;
};

/** The part of the address that only the vendor knows. It is kept, for somebody has pasted it into the vendor's own pages. */
const PATH_SECRET = "callbackPath";
const PATH_BYTES = 24;
const MOST_UNPACKED_BYTES = 262_144;

/** What the vendor's servers and terminals say to the house on their own account. */
export class CallDesk<Message> implements Disposable {
  readonly #ports: CallDeskPorts<Message>;
  readonly #registration: Registration;
  readonly #waiting = new Map<string, Call>();
  #calls = 0;
  #refused = 0;

  private constructor(ports: CallDeskPorts<Message>) {
    this.#ports = ports;
    const { callbacks, keyring } = ports;
    const registration = callbacks.register(`/${keyring.reveal(PATH_SECRET)}`, (call) => this.#hear(call));
    keyring.give(CALLBACK, new Secret(registration.url));
    this.#registration = registration;
  }

  /** @throws HomeFailure where the address cannot be kept */
  static async open<Message>(ports: CallDeskPorts<Message>): Promise<CallDesk<Message>> {
    const { keyring, crypto } = ports;
    if (keyring.described[PATH_SECRET] === undefined) {
      keyring.label(PATH_SECRET, Buffer.from(crypto.randomBytes(PATH_BYTES)).toString("base64url"));
      await keyring.store({ [PATH_SECRET]: PATH_SECRET }, {});
    }
    return new CallDesk(ports);
  }

  /** As somebody outside has to call it. Whoever knows it may call: it is a secret. */
  get url(): string {
    return this.#registration.url;
  }

  respond(call: string, status: number): void {
    const waiting = this.#waiting.get(call);
    this.#waiting.delete(call);
    const responded = waiting?.respond(status);
    if (responded?.kind === "refused")
      this.#ports.log.info("callback.answerUnheard", "a caller has not heard our answer", responded);
  }

  [Symbol.dispose](): void {
    this.#registration[Symbol.dispose]();
    for (const call of this.#waiting.values()) call.respond(503);
    this.#waiting.clear();
  }

  #hear(call: Call): void {
    const opened = this.#opened(call);
    const { log } = this.#ports;
    if (opened.kind === "garbled") {
      this.#refused += 1;
      log.warn("callback.notBelieved", "a call that cannot be believed", {
        from: call.remoteAddress,
        why: opened.why,
        refused: this.#refused,
      });
      call.respond(400);
      return;
    }
    this.#calls += 1;
    const name = `call ${this.#calls}`;
    this.#waiting.set(name, call);
    this.#ports.called(name, opened.message);
  }

  #opened(call: Call): OpenedAnswer<Message> {
    const { rules, keyring, vendorNow } = this.#ports;
    const { provenBy } = rules;
    if (provenBy !== undefined && keyring.described[provenBy] === undefined) {
      return { kind: "garbled", why: `nobody has given the secret ${provenBy}, by which it could be believed` };
    }
    const body = unpacked(call);
    if (body === undefined) return { kind: "garbled", why: "its body cannot be unpacked" };
    const { query, headers } = call;
    return rules.open({ query, headers, body }, keyring, vendorNow());
  }
}

function unpacked({ headers, body }: Call): Uint8Array | undefined {
  const encoding = (headers["content-encoding"] ?? "identity").trim().toLowerCase();
  if (encoding === "identity" || encoding === "") return body;
  if (encoding !== "gzip" && encoding !== "x-gzip") return undefined;
  try {
    return gunzipSync(body, { maxOutputLength: MOST_UNPACKED_BYTES });
  } catch {
    // A stranger's bytes: no gzip, or one that grows too large.
    return undefined;
  }
}
