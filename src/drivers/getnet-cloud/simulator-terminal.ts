import type { JsonObject } from "../../core/json.ts";
import type { Memory } from "../getnet/simulator-memory.ts";
import type { SimulatorContext, SimulatorEffect } from "../simulator.ts";
import { PATHS, type CommandPath } from "./messages.ts";
import { delayOf, reactionOf, type Reaction } from "./simulator-reactions.ts";
import type { Place, Scenario } from "./simulator-scenario.ts";
import { canceled, cancelDone, carryOut, misread, notCanceled, requestOf, timedOut } from "./simulator-work.ts";

/** A command on its way to a terminal. */
export type Job = {
  readonly idPosTxs: number;
  readonly path: CommandPath;
  readonly body: JsonObject;
  readonly reactions: readonly Reaction[];
};

type Ports = {
  memory(): Memory;
  keep(memory: Memory): void;
  /** It is done, whenever the cloud hears of it. */
  carriedOut(job: Job, content: JsonObject): void;
  /** The cloud hears of the end. */
  finish(job: Job, content: JsonObject): void;
  emit(effect: SimulatorEffect): void;
};

/** `waits`: for its turn. `customer`: it can still be canceled. `host`, `told`: it is done or will be. */
type Phase = "coming" | "waits" | "customer" | "host" | "told";

type Running = { readonly job: Job; phase: Phase; content: JsonObject };

/** These are answered while something else runs. */
const isAside = (path: CommandPath, { pollWhileBusy }: Scenario): boolean =>
  path === "cancelsale" || (path === "poll" && pollWhileBusy === "answered");

/** One terminal of the simulated account: it takes one command after the other. */
export class Terminal {
  readonly place: Place;
  readonly #scenario: Scenario;
  readonly #ports: Ports;
  #jobs: readonly Running[] = [];
  #isOffline = false;

  constructor(place: Place, scenario: Scenario, ports: Ports) {
    this.place = place;
    this.#scenario = scenario;
    this.#ports = ports;
  }

  /** Commands that are not over. */
  get size(): number {
    return this.#jobs.length;
  }

  take(job: Job, context: SimulatorContext): void {
    const running: Running = { job, phase: "coming", content: {} };
    this.#jobs = [...this.#jobs, running];
    const offline = reactionOf(job.reactions, "offline");
    if (offline !== undefined) {
      this.#isOffline = true;
      this.#ports.emit({ kind: "arm", timer: this.#onlineTimer, afterMs: offline.ms });
    }
    if (reactionOf(job.reactions, "pendingForever")?.moved === false) {
      this.#end(running);
      return;
    }
    this.#arm(limitOf(job), this.#scenario.takeLimitMs);
    this.#goOn(running, this.#scenario.takeMs, context);
  }

  ring(timer: string, context: SimulatorContext): void {
    if (timer === this.#onlineTimer) {
      this.#isOffline = false;
      for (const waiting of this.#jobs.filter(({ phase }) => phase === "waits")) this.#begin(waiting, context);
    }
    const due = this.#jobs.find(({ job }) => workOf(job) === timer);
    if (due !== undefined) this.#next(due, context);
    const late = this.#jobs.find(({ job }) => limitOf(job) === timer);
    if (late !== undefined && (late.phase === "waits" || late.phase === "coming"))
      this.#tell(late, timedOut(PATHS[late.job.path]));
  }

  get #onlineTimer(): string {
    return `online ${this.place.terminalId}`;
  }

  #arm(timer: string, afterMs: number): void {
    this.#ports.emit({ kind: "arm", timer, afterMs });
  }

  /** After so long, or at once. */
  #goOn(running: Running, afterMs: number, context: SimulatorContext): void {
    if (afterMs > 0) this.#arm(workOf(running.job), afterMs);
    else this.#next(running, context);
  }

  #next(running: Running, context: SimulatorContext): void {
    switch (running.phase) {
      case "coming":
        running.phase = "waits";
        this.#begin(running, context);
        return;
      case "waits":
        return;
      case "customer":
        running.phase = "host";
        this.#goOn(running, running.job.path === "sale" ? this.#scenario.stageMs : 0, context);
        return;
      case "host":
        this.#carryOut(running, context);
        return;
      case "told":
        this.#tell(running, running.content);
        this.#beginNext(context);
        return;
    }
  }

  /** Where it is its turn. */
  #begin(running: Running, context: SimulatorContext): void {
    const { job } = running;
    if (this.#isOffline || running.phase !== "waits") return;
    const isBusy = this.#jobs.some((other) => this.#occupies(other));
    if (isBusy && !isAside(job.path, this.#scenario)) return;
    this.#ports.emit({ kind: "disarm", timer: limitOf(job) });
    if (job.path === "cancelsale") {
      this.#cancel(running, context);
      return;
    }
    const { customerMs, stageMs, shortMs } = this.#scenario;
    running.phase = "customer";
    const workMs = job.path === "sale" ? customerMs + stageMs : shortMs;
    this.#goOn(running, workMs + delayOf(job.reactions, "customer"), context);
  }

  #occupies({ job, phase }: Running): boolean {
    return (phase === "customer" || phase === "host") && !isAside(job.path, this.#scenario);
  }

  #beginNext(context: SimulatorContext): void {
    const waiting = this.#jobs.filter(({ phase }) => phase === "waits");
    for (const next of waiting) this.#begin(next, context);
  }

  /** A sale that has not gone to the host yet ends with the operator's text (assumed). */
  #cancel(running: Running, context: SimulatorContext): void {
    const sale = this.#jobs.find(({ job, phase }) => job.path === "sale" && phase === "customer");
    const isDeaf = reactionOf(running.job.reactions, "declines") !== undefined;
    this.#tell(running, sale === undefined || isDeaf ? notCanceled() : cancelDone());
    if (sale === undefined || isDeaf) return;
    this.#ports.emit({ kind: "disarm", timer: workOf(sale.job) });
    this.#tell(sale, canceled(PATHS.sale));
    this.#beginNext(context);
  }

  /** The ledger and the memory have it before anybody is told. */
  #carryOut(running: Running, context: SimulatorContext): void {
    const { job } = running;
    const request = requestOf(job.body, job.path);
    const before = this.#ports.memory();
    const done = carryOut(before, request, this.place, job.reactions, this.#scenario, context.now);
    for (const movement of done.movements) {
      const { serialNumber } = this.place;
      this.#ports.emit({ kind: "ledger", movement: { ...movement, idPosTxs: job.idPosTxs, serialNumber } });
    }
    if (done.memory !== before) this.#ports.keep(done.memory);
    const isSilent = reactionOf(job.reactions, "noResponse") !== undefined;
    running.content = isSilent ? {} : misread(done.content, job.reactions);
    running.phase = "told";
    this.#ports.carriedOut(job, running.content);
    const afterMs = delayOf(job.reactions, "result");
    this.#goOn(running, afterMs, context);
    // The terminal is free, whatever the cloud knows.
    if (afterMs > 0) this.#beginNext(context);
  }

  #tell(running: Running, content: JsonObject): void {
    this.#end(running);
    this.#ports.finish(running.job, content);
  }

  #end(running: Running): void {
    this.#jobs = this.#jobs.filter((other) => other !== running);
    this.#ports.emit({ kind: "disarm", timer: limitOf(running.job) });
    this.#ports.emit({ kind: "disarm", timer: workOf(running.job) });
  }
}

const workOf = ({ idPosTxs }: Job): string => `work ${idPosTxs}`;
const limitOf = ({ idPosTxs }: Job): string => `limit ${idPosTxs}`;
