import { assert, AssertionFailure } from "../../core/assert.ts";
import type { JsonObject } from "../../core/json.ts";
import type { Clock, Timer } from "../../core/ports.ts";
import type { DeviceIdentity } from "../../core/terminal.ts";
import type { DeviceReply, DeviceRequest, Effect } from "../../drivers/driver.ts";
import { HomeFailure } from "../../home/store.ts";
import type { Performer } from "./engine.ts";
import type { Keyring } from "./keyring.ts";
import { connectionOf, type Outlet } from "./outlet.ts";
import type { Recognition } from "./recognition.ts";
import type { Place } from "./route.ts";

/** What the handshake of a link told. A new link tells it anew: another device may be at its end. */
export type Device = {
  ready: boolean;
  /** Where its link leads. */
  place?: Place | undefined;
  identity?: DeviceIdentity;
  model?: string;
  baseline?: JsonObject;
  /** Somebody stood before it and paired it on this link. */
  pairedNow?: boolean;
  /** The pairing that is missing, in words. */
  unpaired?: string;
  /** It is none: one of its settings lacks or is wrong. */
  lacksSetting?: string;
  /** It answers, and no payment is taken on it: why, in words. */
  refused?: string;
};

type Asking = { readonly answered: (reply: DeviceReply) => void; readonly limit: Timer };

/** One question at a time to a device machine, answered in any case: by the machine, by the loss of the link, or by a limit. */
export class Question {
  readonly #clock: Clock;
  #asking: Asking | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get pending(): boolean {
    return this.#asking !== undefined;
  }

  open(limitMs: number, answered: (reply: DeviceReply) => void): void {
    assert(this.#asking === undefined, "a device was asked while it was being asked");
    const limit = this.#clock.after(limitMs, () => {
      this.answer({ kind: "noAnswer", why: "the terminal did not answer in time" });
    });
    this.#asking = { answered, limit };
  }

  answer(reply: DeviceReply): void {
    const asking = this.#asking;
    if (asking === undefined) return;
    this.#asking = undefined;
    asking.limit.cancel();
    asking.answered(reply);
  }
}

export type DevicePorts<Message> = {
  readonly terminal: string;
  readonly device: Device;
  readonly recognition: Recognition;
  readonly question: Question;
  readonly outlet: Outlet<Message>;
  readonly link: string;
  readonly keyring: Keyring;
  readonly pairing: (effect: Extract<Effect<Message>, { kind: "pairing" }>) => void;
  readonly late: (effect: Extract<Effect<Message>, { kind: "late" }>) => Promise<void>;
  readonly askAccount: (message: Message) => void;
};

/** Performs for a device machine, which never touches a transaction of its own. */
export function devicePerformer<Message>(ports: DevicePorts<Message>): Performer<Message> {
  const { device, recognition, question, outlet, link, keyring } = ports;
  const ready = (): void => {
    delete device.unpaired;
    delete device.lacksSetting;
    if (device.pairedNow === true) recognition.introduced(device.identity);
    const met = recognition.met(device.identity);
    device.ready = met.kind === "ours";
    if (met.kind === "ours") outlet.connection.proven();
    else device.refused = met.why;
  };
  const notItsWord = (what: string): never => {
    throw new AssertionFailure(`a device machine said ${what}, which is not its word`);
  };
  return {
    send: async (message, commits) => {
      assert(commits === undefined, "a device machine sent what commits");
      assert(outlet.kind === "stream", "a driver sent a message where only exchanges are made");
      await outlet.connection.send(link, outlet.connection.encode(message));
      return { kind: "goesOn" };
    },
    exchange: async ({ exchange, message, commits, replyTimeoutMs, via }, owner) => {
      assert(commits === undefined, "a device machine sent what commits");
      assert(outlet.kind === "http", "a driver asked for an exchange on a stream");
      owner.own(connectionOf(outlet, via).ask(exchange, message, replyTimeoutMs, "device"));
      return { kind: "goesOn" };
    },
    repeat: () => notItsWord("repeat"),
    storeSecrets: async ({ labels, about }) => {
      try {
        await keyring.store(labels, about ?? {});
        device.pairedNow = true;
        return { kind: "answers", input: { kind: "stored", names: Object.keys(labels) } };
      } catch (failure) {
        if (!(failure instanceof HomeFailure)) throw failure;
        return { kind: "dropLink", why: `the pairing could not be stored: ${failure.message}` };
      }
    },
    createKeyPair: async (name) => {
      const publicKey = await keyring.createKeyPair(name);
      return { kind: "answers", input: { kind: "keyPairCreated", name, publicKey } };
    },
    pairing: ports.pairing,
    settle: () => notItsWord("settle"),
    propose: () => notItsWord("propose"),
    remember: () => notItsWord("remember"),
    claimed: () => notItsWord("askClaims"),
    show: () => notItsWord("progress"),
    late: ports.late,
    identified: (identity, model) => {
      device.identity = identity;
      if (device.ready && recognition.isStranger(identity)) ready();
      if (model !== undefined) device.model = model;
    },
    clockTold: () => notItsWord("clockTold"),
    baseline: (baseline) => {
      device.baseline = baseline;
    },
    ready,
    unpaired: ({ why, setting }) => {
      device.ready = false;
      delete device.lacksSetting;
      device.unpaired = setting === undefined ? why : `${why}. ${commandFor(ports.terminal, setting)}`;
      if (setting !== undefined) device.lacksSetting = setting;
    },
    reply: (reply) => {
      question.answer(reply);
    },
    askAccount: ports.askAccount,
    accountWord: ({ kind }) => notItsWord(kind),
  };
}

function commandFor(terminal: string, setting: string): string {
  return `\`tillbridge terminals update ${terminal} --setting ${setting}=...\` says it`;
}

/** What a request to the device is called where a person reads it. */
export function nameOf(request: DeviceRequest): string {
  switch (request.kind) {
    case "probe":
      return "the probe";
    case "report":
      return `the report ${request.report}`;
    case "pair":
      return "the pairing";
    case "function":
      return request.name;
  }
}
