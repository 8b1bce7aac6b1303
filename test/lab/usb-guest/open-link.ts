/** Runs in the guest: a link of our serial transport, and what is asked of each one. */
import assert from "node:assert/strict";
import { serialTransport } from "../../../src/transports/serial.ts";
import type { Link, LinkLost } from "../../../src/transports/transport.ts";
import { realClock } from "../../support/clock.ts";
import type { Ending } from "../../support/ending.ts";
import { createRecordingListener, type RecordingListener } from "../../support/recording-listener.ts";
import { msSince, within } from "./guest.ts";

/** What a loss may take until it is reported. */
const LOSS_MS = 2_000;
const OPEN_MS = 5_000;
const EXCHANGE_MS = 10_000;

export const transport = serialTransport(realClock);
export const bytesOf = (text: string) => new TextEncoder().encode(text);

export type OpenLink = { readonly link: Link; readonly listener: RecordingListener };

export async function openLink(ending: Ending, path: string): Promise<OpenLink> {
  const listener = createRecordingListener();
  const opened = await transport.open({ type: "serial", path }, listener, OPEN_MS);
  assert.equal(opened.kind, "open", opened.kind === "failed" ? opened.why : "");
  ending.after(() => opened.link.close());
  return { link: opened.link, listener };
}

/** Sends it and waits until it has come back. */
export async function exchange({ link, listener }: OpenLink, text: string): Promise<void> {
  assert.deepEqual(await link.send(bytesOf(text), EXCHANGE_MS), { kind: "sent" });
  await hear(listener, text);
}

export async function hear(listener: RecordingListener, text: string): Promise<void> {
  const heard = listener.until((all) => all.includes(text));
  await within(EXCHANGE_MS, heard, `to hear ${text}`);
}

export type Loss = LinkLost & { readonly tookMs: number };

/** Unplugs, and fails unless that is reported in time, once, and the link is then over. */
export async function loseLink({ link, listener }: OpenLink, unplug: () => Promise<void> | void): Promise<Loss> {
  const from = performance.now();
  await unplug();
  const lost = await within(LOSS_MS, listener.untilLost(), "the report of the loss");
  const tookMs = msSince(from);
  await within(LOSS_MS, link.close(), "closing what was lost");
  assert.equal(listener.losses.length, 1);
  assert.equal((await link.send(bytesOf("late"), 1_000)).kind, "refused");
  return { ...lost, tookMs };
}
