import { unreachable } from "../../core/assert.ts";
import type { SimulatorContext } from "../simulator.ts";
import { newUuid, textIn } from "../poynt/simulator-order.ts";
import { transactionWith } from "../poynt/simulator-memory.ts";
import { Callbacks } from "./simulator-callbacks.ts";
import { urnOf, type Device } from "./simulator-devices.ts";
import { withAppMessage } from "./simulator-memory.ts";
import type { Envelope, Payload } from "./simulator-messages.ts";
import { carryOut, refusalOf, withReference, type Task } from "./simulator-money.ts";
import { delayOf, reactionOf, type Reaction } from "./simulator-reactions.ts";
import type { Stage } from "./simulator-stage.ts";

/** A message under way to one terminal. */
type Delivery = {
  readonly device: Device;
  readonly payload: Payload;
  readonly reactions: readonly Reaction[];
  readonly collapseKey: string | undefined;
  /** When its time to live is over; undefined where nobody looks. */
  readonly expiresAt: number | undefined;
};

/** A payment that one terminal is to put on its screen. */
type Showing = {
  readonly device: Device;
  readonly payload: Extract<Payload, { readonly kind: "payment" }>;
  readonly referenceId: string;
  readonly reactions: readonly Reaction[];
};

type Screen = { isBusy: boolean; waiting: readonly Showing[] };
type Outage = { readonly since: number; readonly until: number };

const MAX_DELIVERIES = 1_000;
const MAX_WAITING = 100;
const MAX_REFERENCES = 1_000;

/** The terminals of the store, and the cloud's way to them. What is under way is lost when the simulator ends. */
export class Terminals {
  readonly #stage: Stage;
  readonly #devices: readonly Device[];
  readonly #callbacks: Callbacks;
  readonly #screens = new Map<string, Screen>();
  readonly #outages = new Map<string, Outage>();
  #deliveries: readonly Delivery[] = [];
  #shown: readonly string[] = [];

  constructor(stage: Stage, devices: readonly Device[]) {
    this.#stage = stage;
    this.#devices = devices;
    this.#callbacks = new Callbacks(stage);
  }

  /** Of the cloud, which is switched on now. */
  start(now: number): void {
    const { offlineMs } = this.#stage.scenario;
    if (offlineMs > 0) for (const device of this.#devices) this.#disconnect(device, now, offlineMs);
  }

  get isFull(): boolean {
    return this.#deliveries.length + this.#devices.length > MAX_DELIVERIES;
  }

  /** When the cloud heard of each of them last. */
  seen(now: number): readonly (readonly [Device, number])[] {
    const { seenEveryMs } = this.#stage.scenario;
    return this.#devices.map((device) => {
      const outage = this.#outages.get(device.deviceId);
      const alive = outage !== undefined && now < outage.until ? outage.since : now;
      const noted = seenEveryMs === 0 ? alive : alive - (alive % seenEveryMs);
      return [device, outage !== undefined && now >= outage.until ? Math.max(noted, outage.until) : noted];
    });
  }

  callEnded(call: string, status: number | undefined, context: SimulatorContext): void {
    this.#callbacks.ended(call, status, context);
  }

  /** The cloud has taken a message. */
  take(
    { devices, ttlMs, collapseKey }: Envelope,
    payload: Payload,
    reactions: readonly Reaction[],
    context: SimulatorContext,
  ): void {
    const late = reactionOf(reactions, "late");
    const expiresAt = late?.despiteTtl === true ? undefined : context.now + ttlMs;
    const outage = reactionOf(reactions, "offline");
    for (const device of devices) {
      if (outage !== undefined) this.#disconnect(device, context.now, outage.ms);
      const delivery: Delivery = { device, payload, reactions, collapseKey, expiresAt };
      this.#deliveries = [...this.#deliveries.filter((other) => !isReplaced(other, delivery)), delivery];
      if (reactionOf(reactions, "neverDelivered") === undefined) {
        this.#stage.later(this.#stage.scenario.deliveryMs + (late?.ms ?? 0), context, (then) => {
          this.#attempt(delivery, then);
        });
      } else this.#drop(delivery, "never");
    }
  }

  #disconnect({ deviceId, serialNumber }: Device, since: number, forMs: number): void {
    this.#outages.set(deviceId, { since, until: since + forMs });
    this.#stage.log(`${serialNumber} has no connection for ${forMs} ms`);
  }

  #attempt(delivery: Delivery, context: SimulatorContext): void {
    const { device, expiresAt } = delivery;
    if (!this.#deliveries.includes(delivery)) return;
    if (expiresAt !== undefined && context.now > expiresAt) {
      this.#drop(delivery, "too late");
      return;
    }
    const until = this.#outages.get(device.deviceId)?.until ?? 0;
    if (context.now < until) {
      const next = Math.min(until, expiresAt === undefined ? until : expiresAt + 1);
      this.#stage.later(next - context.now, context, (then) => {
        this.#attempt(delivery, then);
      });
      return;
    }
    this.#deliveries = this.#deliveries.filter((other) => other !== delivery);
    this.#deliver(delivery, context);
  }

  #drop(delivery: Delivery, why: string): void {
    this.#deliveries = this.#deliveries.filter((other) => other !== delivery);
    this.#stage.log(`a message (${delivery.payload.kind}) did not reach ${delivery.device.serialNumber}: ${why}`);
  }

  #deliver({ device, payload, reactions }: Delivery, context: SimulatorContext): void {
    const { serialNumber, deviceId } = device;
    switch (payload.kind) {
      case "payment":
        this.#show({ device, payload, reactions, referenceId: referenceOf(payload, context) }, context);
        return;
      case "raw": {
        const { packageName, className, data } = payload;
        this.#stage.remember(withAppMessage(this.#stage.memory, { deviceId, packageName, className, data }));
        this.#stage.log(`${packageName} on ${serialNumber} got a message of ${data.length} characters`);
        return;
      }
      case "profile":
        this.#stage.log(`${serialNumber} keeps its connection more eagerly from now on`);
        return;
      case "nonsense":
        this.#stage.log(`${serialNumber} makes nothing of a message: ${payload.why}`);
        return;
      default:
        unreachable(payload);
    }
  }

  #show(showing: Showing, context: SimulatorContext): void {
    const { device, referenceId, payload } = showing;
    const { sameReference, whileBusy } = this.#stage.scenario;
    const name = `${device.deviceId} ${referenceId}`;
    const isKnown = this.#shown.includes(name);
    this.#shown = [...this.#shown.filter((known) => known !== name), name].slice(-MAX_REFERENCES);
    if (isKnown && sameReference === "drops") {
      this.#stage.log(`${device.serialNumber} had ${referenceId} already`);
      return;
    }
    const screen = this.#screenOf(device);
    if (!screen.isBusy) {
      this.#run(showing, screen, context);
      return;
    }
    if (whileBusy === "cancels") {
      this.#callbacks.tell(payload.callbackUrl, referenceId, undefined, showing.reactions, context);
    } else if (whileBusy === "queue" && screen.waiting.length < MAX_WAITING) {
      screen.waiting = [...screen.waiting, showing];
    } else this.#stage.log(`${device.serialNumber} is busy: ${referenceId} is not shown`);
  }

  #run(showing: Showing, screen: Screen, context: SimulatorContext): void {
    const { payload, reactions, device, referenceId } = showing;
    const { customerMs, stageMs } = this.#stage.scenario;
    const { command } = payload;
    screen.isBusy = true;
    this.#stage.log(`${device.serialNumber} shows ${command} ${referenceId}`);
    const cardMs = customerMs + delayOf(reactions, "customer");
    const canceled = reactionOf(reactions, "cancels");
    if (canceled !== undefined) {
      this.#stage.later(cardMs + (canceled.at === "pin" ? stageMs : 0), context, (then) => {
        this.#end(showing, "canceled", screen, then);
      });
      return;
    }
    const wantsCard = command !== "void" && command !== "refund";
    const ms = wantsCard ? cardMs + 2 * stageMs : delayOf(reactions, "customer") + stageMs;
    this.#stage.later(ms, context, (then) => {
      this.#end(showing, "carriedOut", screen, then);
    });
  }

  #end(showing: Showing, how: "canceled" | "carriedOut", screen: Screen, context: SimulatorContext): void {
    const { payload, reactions, referenceId, device } = showing;
    if (how === "canceled") this.#stage.log(`${referenceId} is canceled at ${device.serialNumber}`);
    const payment = how === "canceled" ? undefined : this.#carryOut(showing, context);
    // What the terminal refuses, the merchant dismisses (assumed).
    this.#callbacks.tell(payload.callbackUrl, referenceId, payment, reactions, context);
    screen.isBusy = false;
    const [next, ...rest] = screen.waiting;
    if (next === undefined) return;
    screen.waiting = rest;
    this.#run(next, screen, context);
  }

  #carryOut({ device, payload, referenceId, reactions }: Showing, context: SimulatorContext) {
    const { scenario, memory } = this.#stage;
    const other = reactionOf(reactions, "otherReference");
    const kept = other?.where === "transaction" ? other.referenceId : referenceId;
    const { command, transactionId } = payload;
    const isEarlier = command === "void" || command === "refund";
    const { amount: _, ...whole } = payload.asked;
    const asked = isEarlier && scenario.refundAmount === "ignored" ? whole : payload.asked;
    const task: Task = {
      command,
      asked: withReference(asked, kept),
      transactionId,
      requestId: "",
      device,
      via: "message",
    };
    if (isEarlier) {
      const why = refusalOf(command, transactionWith(memory.books, transactionId), asked);
      if (why !== undefined) {
        this.#stage.log(`${referenceId}: ${device.serialNumber} refuses it: ${JSON.stringify(why.body?.["code"])}`);
        return undefined;
      }
    }
    const done = carryOut(task, reactions, memory, scenario, context);
    this.#stage.book(done);
    this.#stage.log(`${referenceId}: ${urnOf(device)} has carried out ${command}`);
    return done.payment;
  }

  #screenOf({ deviceId }: Device): Screen {
    const known = this.#screens.get(deviceId);
    if (known !== undefined) return known;
    const screen: Screen = { isBusy: false, waiting: [] };
    this.#screens.set(deviceId, screen);
    return screen;
  }
}

/** A later message takes the place of an earlier one with its key that has not arrived (poynt.md 2.3). */
function isReplaced(other: Delivery, { device, collapseKey }: Delivery): boolean {
  return collapseKey !== undefined && other.collapseKey === collapseKey && other.device.deviceId === device.deviceId;
}

/** The terminal makes a UUID where the message names nothing. */
function referenceOf({ asked }: Showing["payload"], { crypto }: SimulatorContext): string {
  return textIn(asked, "referenceId") || newUuid(crypto);
}
