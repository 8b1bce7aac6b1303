import { refused, type Result } from "../../core/errors.ts";
import type { JsonObject } from "../../core/json.ts";
import type { Clock } from "../../core/ports.ts";
import type { DeviceReply, DeviceRequest, Vendor } from "../../drivers/driver.ts";
import type { PollAnswer } from "../api.ts";
import type { Actor } from "./actor.ts";
import type { Condition } from "./condition.ts";
import { nameOf } from "./device.ts";
import type { Doubts } from "./doubts.ts";
import type { Keyring } from "./keyring.ts";
import { REFUSED_IN } from "./state-refusals.ts";

type DeviceRequestsPorts = {
  readonly terminal: string;
  readonly vendor: Pick<Vendor, "reports">;
  readonly condition: Condition;
  readonly actor: Pick<Actor<unknown>, "device" | "idle" | "ask">;
  readonly doubts: Doubts;
  readonly keyring: Keyring;
  readonly clock: Clock;
};

const TYPED_CODES = 16;

/** What people want of the terminal itself, and not of a payment: it is asked only where that can harm none. */
export class DeviceRequests {
  readonly #ports: DeviceRequestsPorts;
  #typedCodes = 0;

  constructor(ports: DeviceRequestsPorts) {
    this.#ports = ports;
  }

  /** Asks the terminal itself and moves no money; while it is busy, the link is all that answers. */
  async poll(): Promise<PollAnswer> {
    const { actor, doubts, condition, clock } = this.#ports;
    if (!actor.idle || doubts.fence !== undefined) {
      const { state, detail } = condition;
      return { reachable: actor.device.ready, asked: false, detail: detail ?? `the terminal is ${state}` };
    }
    const startedMs = clock.monotonicMs();
    const reply = await actor.ask({ kind: "probe" });
    if (reply.kind !== "answered") return { reachable: false, asked: true, detail: reply.why };
    return { reachable: true, asked: true, latencyMs: Math.round(clock.monotonicMs() - startedMs) };
  }

  /** The code goes to the keyring, and nothing but its name to the driver: it is in no state and in no trace. */
  pair(code: string | undefined): Promise<Result<JsonObject>> {
    if (code === undefined) return this.ask({ kind: "pair" });
    // Each has a name of its own for a while: a second technician must not change what the first one typed.
    this.#typedCodes = (this.#typedCodes + 1) % TYPED_CODES;
    const label = `typedCode${this.#typedCodes}`;
    this.#ports.keyring.label(label, code);
    return this.ask({ kind: "pair", code: label });
  }

  /** A report, a pairing or a device function; only while nothing runs, and in doubt only what keeps the evidence. */
  async ask(request: DeviceRequest): Promise<Result<JsonObject>> {
    const { terminal, condition, actor, doubts } = this.#ports;
    const about = { terminal };
    const name = nameOf(request);
    if (doubts.fence !== undefined && !(doubts.fenced && this.#keepsEvidence(request))) {
      return refused(
        "terminalFenced",
        `Terminal ${terminal} has transaction ${doubts.fence.record.id} in doubt, and ${name} could wipe the evidence. ` +
          "Wait for its end, or resolve it first; lifting the fence leaves it to a person.",
        { ...about, ...condition.inTheWay },
      );
    }
    const pairs = request.kind === "pair" && condition.state === "unpaired";
    if (!actor.idle && doubts.fence === undefined && !pairs) {
      const reason = REFUSED_IN[condition.state] ?? "terminalBusy";
      return refused(reason, `${condition.whyRefused(reason)} ${name} needs an idle terminal.`, about);
    }
    const reply: DeviceReply = await actor.ask(request);
    switch (reply.kind) {
      case "answered":
        return { kind: "done", value: reply.data };
      case "refused":
        return refused("unsupportedOperation", `Terminal ${terminal} refused ${name}: ${reply.why}.`, about);
      case "noAnswer":
        return refused("terminalOffline", `Terminal ${terminal} did not answer ${name}: ${reply.why}.`, about);
    }
  }

  #keepsEvidence(request: DeviceRequest): boolean {
    return request.kind === "report" && this.#ports.vendor.reports[request.report]?.keepsEvidence === true;
  }
}
