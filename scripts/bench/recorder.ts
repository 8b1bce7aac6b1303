import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { systemClock } from "../../src/daemon/clock.ts";
import { systemCrypto } from "../../src/daemon/crypto.ts";
import type { ConversationRecorder } from "../../src/daemon/recorder/conversation-recorder.ts";
import { Recorder } from "../../src/daemon/recorder/recorder.ts";
import { Dialogue, type Performer } from "../../src/daemon/terminal/engine.ts";
import type { RecordedEntry } from "../../src/core/recording.ts";
import type { Input, Order } from "../../src/drivers/driver.ts";
import { vendors } from "../../src/drivers/registry.ts";
import type { JsonObject } from "../../src/core/json.ts";
import { addTills, openTills, prepareHome, startDaemon, whenReady } from "./daemon.ts";
import { atMost, type Figure, type Size } from "./figures.ts";
import { addedMs } from "./latency.ts";
import { percentile } from "./statistics.ts";
import { startTerminals } from "./terminals.ts";

const TRANSCRIPT = new URL("../../test/transcripts/getnet/sale-approved.jsonl", import.meta.url);
const TERMINALS = 8;
const CUSTOMER_MS = 10;
const PAUSE_MS = 3;
/** Sales that are played in a row, before the other way has its turn. */
const ROUND = 200;
const ROUNDS = 50;

/** What the flight recorder costs of that which the daemon adds to a sale; the same sale is played with it and without it, in turns. */
export async function measureRecorder({ sales, warmUp }: Size): Promise<readonly Figure[]> {
  const [withItUs, withoutItUs, entries] = await playedUs();
  const addedUs = await addedOfASaleUs(Math.min(sales, 300), Math.min(warmUp, 100));
  const costUs = withItUs - withoutItUs;
  const figure = atMost("flight recorder, of what is added to a sale", (100 * costUs) / addedUs, 2, "%", 2);
  const measured = `${figure.measured} (${costUs.toFixed(1)} us of ${addedUs.toFixed(0)} us, ${entries} entries)`;
  return [{ ...figure, measured }];
}

async function playedUs(): Promise<readonly [withIt: number, withoutIt: number, entries: number]> {
  const sale = readSale();
  const recorder = new Recorder(systemClock, systemCrypto);
  const terminal = recorder.of({ terminal: "counter-1", vendor: sale.vendor.id, driver: sale.vendor.version });
  const { settings, order } = sale;
  const recorders = [
    () => terminal.conversation({ role: "operation", settings, order }, systemCrypto),
    () => undefined,
  ];
  const us: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [index, recorderOf] of recorders.entries()) {
      const startedMs = performance.now();
      for (let played = 0; played < ROUND; played += 1) await play(sale, recorderOf());
      us[index]?.push(((performance.now() - startedMs) * 1_000) / ROUND);
    }
  }
  return [percentile(us[0], 0.5), percentile(us[1], 0.5), sale.inputs.length + 2];
}

function readSale() {
  const [, ...lines] = readFileSync(TRANSCRIPT, "utf8").trimEnd().split("\n");
  const entries = lines.map((line) => JSON.parse(line) as RecordedEntry);
  const begun = entries.find((entry) => entry.kind === "begun" && entry.role === "operation");
  const vendor = vendors.find(({ id }) => begun?.kind === "begun" && begun.vendor === id);
  if (begun?.kind !== "begun" || vendor === undefined) throw new Error("The transcript has no sale.");
  const inputs = entries.flatMap((entry) => (entry.kind === "step" && entry.role === "operation" ? [entry.input] : []));
  return {
    vendor,
    inputs: inputs as unknown as readonly Input<unknown>[],
    settings: begun.settings as unknown as JsonObject,
    order: begun.order as unknown as Order,
  };
}

async function play(sale: ReturnType<typeof readSale>, recorder: ConversationRecorder | undefined): Promise<void> {
  const dialogue = new Dialogue(sale.vendor.driver(sale.settings).operation(sale.order), {
    clock: { ...systemClock, after: () => ({ cancel: () => undefined }) },
    crypto: systemCrypto,
    performer: deaf,
    secrets: () => ({}),
    vendorOffsetMs: () => 0,
    recorder,
    rang: () => undefined,
  });
  for (const input of sale.inputs) await dialogue.take(input);
}

const goesOn = () => Promise.resolve({ kind: "goesOn" as const });
const nothing = () => undefined;
/** Nobody hears what the machine wants done. */
const deaf: Performer<unknown> = {
  send: goesOn,
  exchange: goesOn,
  repeat: goesOn,
  settle: goesOn,
  propose: goesOn,
  remember: goesOn,
  claimed: goesOn,
  storeSecrets: goesOn,
  createKeyPair: goesOn,
  late: () => Promise.resolve(),
  show: nothing,
  identified: nothing,
  clockTold: nothing,
  baseline: nothing,
  ready: nothing,
  unpaired: nothing,
  pairing: nothing,
  reply: nothing,
  askAccount: nothing,
  accountWord: nothing,
};

/** On the way of a sale to its terminal and of its result back, in the middle of all. */
async function addedOfASaleUs(sales: number, warmUp: number): Promise<number> {
  const terminals = await startTerminals(TERMINALS, CUSTOMER_MS);
  const daemon = await startDaemon(prepareHome(terminals.configs));
  const [till] = await openTills(daemon, await addTills(daemon, 1));
  if (till === undefined) throw new Error("There is no till.");
  await whenReady(till);
  const payments = [];
  for (let index = 0; index < warmUp + sales; index += 1) {
    const payment = await till.pay(terminals.configs[index % TERMINALS]?.id ?? "");
    if (payment.outcome !== "approved") throw new Error(`A sale was ${payment.outcome}.`);
    await till.ask("transactions.acknowledge", { transaction: payment.transaction });
    if (index >= warmUp) payments.push(payment);
    await pause(PAUSE_MS);
  }
  const moments = await terminals.moments();
  till.close();
  await Promise.all([daemon.end(), terminals.end()]);
  const { request, result } = addedMs(payments, moments);
  return 1_000 * (percentile(request, 0.5) + percentile(result, 0.5));
}
