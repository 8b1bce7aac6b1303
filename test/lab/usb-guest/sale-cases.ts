/** Runs in the guest: sales over a cable that is pulled. */
import assert from "node:assert/strict";
import type { StartedPayment, Transaction } from "../../../src/client/index.ts";
import { assertSquare } from "../../support/reckoning.ts";
import { TERMINAL } from "../../support/shop.ts";
import { until } from "../../support/until.ts";
import { portOf } from "./devices.ts";
import { makeSerialGadget } from "./gadget.ts";
import { msSince, within, type Cases, type Given } from "./guest.ts";
import { openUsbShop, type UsbShop } from "./usb-shop.ts";

const WAIT_MS = 90_000;
/** The terminal goes on by itself while its cable is out. */
const MEANWHILE_MS = 4_000;
const BY_SERIAL_NUMBER = { type: "usb", vendorId: "0x2fb8", productId: "0x2001", serialNumber: "PAX-42" };
const SLOW_CUSTOMER = 1_251;
const SLOW_REPLY = 1_252;

const scenario = {
  rules: [
    { when: { command: "sale", amount: SLOW_CUSTOMER }, then: [{ kind: "slow", ms: MEANWHILE_MS }] },
    { when: { command: "sale", amount: SLOW_REPLY }, then: [{ kind: "slow", ms: MEANWHILE_MS, phase: "reply" }] },
  ],
};

/** The shop is open for all cases, and goes with the guest. */
const closing = new AsyncDisposableStack();
const ended: Transaction[] = [];
let opened: UsbShop | undefined;

function shop(): UsbShop {
  assert.ok(opened !== undefined, "the shop is not open");
  return opened;
}

async function opens(): Promise<void> {
  opened = await openUsbShop({ after: (end) => closing.defer(end) }, scenario, BY_SERIAL_NUMBER);
}

async function isPaid(): Promise<void> {
  const { printed, code } = await shop().command(
    ...["sale", "--terminal", TERMINAL, "--amount", "1250", "--currency", "CLP", "--yes", "--json"],
  );
  assert.equal(code, 0, printed);
  const { transaction } = JSON.parse(printed) as { readonly transaction: Transaction };
  assert.equal(transaction.outcome?.kind, "approved");
  ended.push(transaction);
  assertSquare(shop().ledger(), ended);
}

/** Pulls the cable, plugs it in again while something else has the first tty, and notes how long it takes until sales are possible. */
async function replug(given: Given): Promise<void> {
  const { plug, unplug, till, path } = shop();
  const before = await path();
  await within(WAIT_MS, unplug(), "unplugging");
  const scale = { vendorId: "0x0b67", productId: "0x555e", manufacturer: "Fairbanks", product: "A scale" };
  makeSerialGadget(given, { ...scale, serialNumber: "SCALE-7" }).plug();
  await portOf("SCALE-7");
  const from = performance.now();
  plug();
  await within(WAIT_MS, till.terminalIs("ready", TERMINAL), "the terminal to be ready");
  given.note(`ready ${msSince(from)} ms after it was plugged in again; ${before} became ${await path()}`);
}

async function replugIdle(given: Given): Promise<void> {
  const before = await shop().path();
  await replug(given);
  assert.notEqual(await shop().path(), before);
  ended.push(await within(WAIT_MS, shop().till.sale(1_300).ended, "the next sale"));
  assertSquare(shop().ledger(), ended);
}

/** The terminal ends the sale without us, and its money moved once: that is found out. */
async function pulledInMidSale(given: Given, sale: StartedPayment): Promise<void> {
  await replug(given);

  const transaction = await within(WAIT_MS, sale.ended, "the end of the sale");
  const { outcome } = transaction;
  given.note(`${outcome?.kind ?? "open"}, decided by ${outcome?.decidedBy.kind ?? "nobody"}`);
  assert.equal(outcome?.kind, "approved");
  ended.push(transaction);
  assertSquare(shop().ledger(), ended);
  ended.push(await within(WAIT_MS, shop().till.sale(700 + ended.length).ended, "the next sale"));
  assertSquare(shop().ledger(), ended);
}

async function pulledBeforeTheCard(given: Given): Promise<void> {
  const sale = shop().till.saleAt("presentCard", SLOW_CUSTOMER);
  await pulledInMidSale(given, await within(WAIT_MS, sale, "the customer to be asked for a card"));
}

async function pulledAfterTheMoney(given: Given): Promise<void> {
  const moved = shop().ledger().length;
  const sale = shop().till.sale(SLOW_REPLY);
  await within(
    WAIT_MS,
    until(() => shop().ledger().length > moved),
    "the money to move",
  );
  await pulledInMidSale(given, sale);
}

export const saleCases: Cases = {
  "a terminal on USB becomes ready": opens,
  "a sale through the command is approved": isPaid,
  "it is unplugged idle and comes back at another tty": replugIdle,
  "it is unplugged while the customer looks for a card": pulledBeforeTheCard,
  "it is unplugged after the money moved": pulledAfterTheMoney,
};
