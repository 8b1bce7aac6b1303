/** Runs in the guest: what this process costs. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { realClock } from "../../support/clock.ts";
import { msSince, type Given } from "./guest.ts";

const WATCHED_MS = 2_000;
const IDLE_SHARE = 0.2;
const LOOK_MS = 50;

function pass(timeMs: number): Promise<void> {
  return new Promise((resolve) => void realClock.after(timeMs, resolve));
}

/** A binding that missed an unplug keeps a core busy. */
export async function assertIdle(given: Given): Promise<void> {
  const before = process.cpuUsage();
  const from = performance.now();
  await pass(WATCHED_MS);
  const { user, system } = process.cpuUsage(before);
  const share = (user + system) / 1_000 / msSince(from);
  given.note(`afterwards the process uses ${Math.round(share * 100)} % of a core`);
  assert.ok(share < IDLE_SHARE, `${share} of a core is used with nothing to do`);
}

/** How late a timer of 50 ms was at most, in a while. */
export async function latestTimer(whileMs: number): Promise<number> {
  let latestMs = 0;
  for (const from = performance.now(); msSince(from) < whileMs;) {
    const started = performance.now();
    await pass(LOOK_MS);
    latestMs = Math.max(latestMs, msSince(started) - LOOK_MS);
  }
  return latestMs;
}

export function openFiles(): number {
  return readdirSync("/proc/self/fd").length;
}
