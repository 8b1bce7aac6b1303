import assert from "node:assert/strict";
import type { Json, JsonObject } from "../../../src/core/json.ts";
import { schemaFaults, withDefaults } from "../../../src/core/schema.ts";
import type { Conversation } from "../../../src/drivers/driver.ts";
import { getnetCloudWire } from "../../../src/drivers/getnet-cloud/codec.ts";
import { NEW_ACCESS, type CloudMessage, type CloudRequest } from "../../../src/drivers/getnet-cloud/messages.ts";
import type { CloudSettings } from "../../../src/drivers/getnet-cloud/settings.ts";
import { getnetCloudSimulator } from "../../../src/drivers/getnet-cloud/simulator.ts";
import type { SimulatedAnswer } from "../../../src/drivers/simulator.ts";
import { createTerminalBench, type TerminalBench } from "../../support/terminal-bench.ts";
import { Bench, FakeKeys } from "./support.ts";

export type Sent = { readonly status: number; readonly body: JsonObject; readonly answer: SimulatedAnswer };

/** The simulated cloud, as a client sees it that uses our codec; and machines of ours can be put at it. */
export class Cloud {
  readonly bench: TerminalBench;
  readonly keys: FakeKeys;

  constructor(scenario: JsonObject = {}, remembered?: Json) {
    const { scenarioSchema } = getnetCloudSimulator;
    assert.deepEqual(schemaFaults(scenarioSchema, withDefaults(scenarioSchema, scenario)), []);
    this.bench = createTerminalBench(getnetCloudSimulator, scenario, remembered);
    this.keys = new FakeKeys({ clientSecret: "secret", access: "none" });
  }

  /** Answers the name of the exchange. */
  send(message: CloudRequest): string {
    const request = getnetCloudWire.seal(getnetCloudWire.encode(message), this.keys);
    const headers = Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value] as const);
    return this.bench.request({ ...request, headers: Object.fromEntries(headers) });
  }

  endOf(exchange: string): SimulatedAnswer | "cut" | undefined {
    for (const entry of this.bench.done) {
      if (entry.kind === "answered" && entry.exchange === exchange) return entry.answer;
      if (entry.kind === "hungUp" && entry.exchange === exchange) return "cut";
    }
    return undefined;
  }

  ask(message: CloudRequest): Sent {
    const answer = this.endOf(this.send(message));
    assert(answer !== undefined && answer !== "cut", "it is answered at once");
    return { status: answer.status, body: JSON.parse(new TextDecoder().decode(answer.body)) as JsonObject, answer };
  }

  /** Gets a token, as the account machine would. */
  login({ country, clientId, env }: CloudSettings): void {
    const message = { kind: "auth", country, clientId, env } as const;
    const answer = this.endOf(this.send(message));
    assert(answer !== undefined && answer !== "cut");
    const headers = Object.fromEntries(answer.headers.map(([name, value]) => [name.toLowerCase(), value] as const));
    const asked = getnetCloudWire.encode(message);
    const opened = getnetCloudWire.open({ status: answer.status, headers, body: answer.body }, asked, this.keys);
    assert(opened.kind === "message", JSON.stringify(opened));
    this.keys.values.set("access", opened.secrets?.[NEW_ACCESS] ?? "");
  }

  get movements(): readonly JsonObject[] {
    return this.bench.done.flatMap((entry) => (entry.kind === "moved" ? [entry.movement] : []));
  }

  /** What all of it comes to. */
  get total(): number {
    return this.movements.reduce((sum, { amount }) => sum + Number(amount), 0);
  }
}

const TICK_MS = 50;

/** A machine of ours at the simulated cloud, both in the same virtual time. */
export class Play {
  readonly machine: Bench;
  readonly #cloud: Cloud;
  readonly #open = new Map<string, { readonly exchange: string; readonly message: CloudRequest }>();
  #seen = 0;
  /** The movements that transactions of ours claim. */
  readonly claimed = new Set<string>();

  constructor(cloud: Cloud, conversation: Conversation<CloudMessage>) {
    this.#cloud = cloud;
    this.machine = new Bench(conversation);
  }

  /** Lets both live until the machine has ended, or for so long. */
  run(durationMs: number): Bench {
    const endMs = this.machine.nowMs + durationMs;
    this.#deliver();
    while (!this.machine.ended && this.machine.nowMs < endMs) {
      this.#cloud.bench.elapse(TICK_MS);
      this.machine.elapse(TICK_MS);
      this.#deliver();
    }
    return this.machine;
  }

  /** What the machine wants sent, and what the cloud has answered. */
  #deliver(): void {
    for (; this.#seen < this.machine.effects.length; this.#seen += 1) {
      const effect = this.machine.effects[this.#seen];
      if (effect?.kind === "exchange") {
        const message = effect.message as CloudRequest;
        this.#open.set(effect.exchange, { exchange: this.#cloud.send(message), message });
      }
      if (effect?.kind === "abandon") this.#open.delete(effect.exchange);
      if (effect?.kind === "askClaims") {
        const claimed = effect.movements.filter((movement) => this.claimed.has(movement));
        this.machine.give({ kind: "claims", claimed });
      }
    }
    for (const [name, { exchange, message }] of [...this.#open]) {
      const end = this.#cloud.endOf(exchange);
      if (end === undefined) continue;
      this.#open.delete(name);
      if (end === "cut") this.machine.give({ kind: "exchangeLost", exchange: name, why: "reset" });
      else this.#openAnswer(name, message, end);
      this.#deliver();
    }
  }

  #openAnswer(exchange: string, message: CloudRequest, { status, headers, body }: SimulatedAnswer): void {
    const named = Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value] as const));
    const asked = getnetCloudWire.encode(message);
    const opened = getnetCloudWire.open({ status, headers: named, body }, asked, this.#cloud.keys);
    if (opened.kind === "message") this.machine.give({ kind: "answered", exchange, message: opened.message });
    else this.machine.give({ kind: "garbled", exchange, why: opened.why, length: body.length });
  }
}
