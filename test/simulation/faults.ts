import type { SimulatedEnd } from "../support/simulated-end.ts";
import type { Disturbance } from "../support/disturbances.ts";
import { oneOf, type Random } from "../support/random.ts";
import type { World } from "../support/world.ts";
import { giveAccess } from "./people.ts";
import { deviceAt, LATEST_MS, LONGEST_LAG_MS, type Counter } from "./ways.ts";

const LONGEST_OFF_MS = 10_000;

type Scene = {
  readonly world: World;
  readonly counter: Counter;
  readonly link: SimulatedEnd;
  readonly random: Random;
};

/** All that goes wrong with a link, a terminal, the journal, the clock or the daemon. The scenarios of the devices have more. */
const FAULTS = {
  linkCut: ({ link, random }) => link.cutNow(oneOf(random, ["failed", "ended"])),
  linkCutAtByte: ({ link, random }) =>
    link.cutAfter({ direction: oneOf(random, ["toTerminal", "fromTerminal"]), afterBytes: random(900) }),
  terminalUnreachable: ({ link, world, random }) => {
    link.unreachable = true;
    world.clock.after(random(8_000), () => (link.unreachable = false));
  },
  terminalRefuses: ({ link, world, random }) => {
    link.refuses = true;
    world.clock.after(random(8_000), () => (link.refuses = false));
  },
  messageDisturbed: ({ link, counter, random }) => link.disturb(disturbanceFrom(random, counter)),
  answersLate: ({ link, random }) => (link.lagMs = random(2) * random(LONGEST_LAG_MS)),
  answersInPieces: ({ link, random }) => (link.chunkBytes = random(2) === 0 ? undefined : 1 + random(80)),
  terminalSwapped: ({ world, counter, random }) => replaceDevice(world, counter, random),
  terminalMoved: ({ world, counter }) => world.move(counter.id),
  diskFull: ({ world, random }) => world.journal.failNext(1 + random(3)),
  syncFails: ({ world }) => world.journal.failSync(),
  diskSlow: ({ world, random }) => {
    world.journal.hold();
    world.clock.after(random(6_000), () => world.journal.release());
  },
  clockSet: ({ world, random }) => world.clock.setWallClock(world.clock.now() + (random(3) - 1) * 3_600_000),
  daemonKilled: ({ world, random }) => restart(world, random),
  daemonKilledAtBoundary: ({ world, random }) => world.crashAtBoundary(random(60), fateFrom(random)),
  backupMade: ({ world }) => world.backUp(),
  backupRestored: ({ world, random }) => restoreBackup(world, random),
} as const satisfies Readonly<Record<string, (scene: Scene) => unknown>>;

export type Fault = keyof typeof FAULTS;

export const ALL_FAULTS = Object.keys(FAULTS) as readonly Fault[];

/** Some are more frequent than others. */
const FREQUENT: readonly Fault[] = ALL_FAULTS.flatMap((fault) => {
  const isRare = fault === "terminalSwapped" || fault === "terminalMoved" || fault === "backupRestored";
  return isRare ? [fault] : [fault, fault];
});

/** Something goes wrong; answers what. */
export async function strike(world: World, counters: readonly [Counter, ...Counter[]], random: Random): Promise<Fault> {
  const counter = oneOf(random, counters);
  const fault = oneOf(random, FREQUENT) ?? "linkCut";
  await FAULTS[fault]({ world, counter, link: world.linkOf(counter.id), random });
  return fault;
}

/** Another device is put in its place. */
function replaceDevice(world: World, { id, ways, settings, devices }: Counter, random: Random): void {
  // No two counters get the same one: each has two of its own in reserve.
  const device = ways.device(random, 2 + 2 * Number(id.slice(-1)) + random(2), settings);
  devices.push(device);
  world.linkOf(id).replace(device.scenario, ways.isOneAccount === true ? "remembers" : "forgets");
}

/**
 * A line doubles nothing that is written to it once; somebody on the way who asks again doubles a request of HTTP. To a cloud it is sealed: what is
 * altered on the way does not arrive.
 */
function disturbanceFrom(random: Random, counter: Counter): Disturbance {
  const { vendor } = counter;
  const direction = oneOf(random, ["toTerminal", "fromTerminal"]);
  const after = random(5);
  const isSealed = vendor.links.every((link) => link === "cloud");
  const mayBeDoubled = vendor.wire.kind === "http" && deviceAt(counter).isSaidOnce !== true;
  return oneOf<() => Disturbance>(random, [
    () => ({ direction, after, kind: "lost" }),
    () => ({ direction, after, kind: "late", lateMs: random(LATEST_MS) }),
    () => ({ direction: mayBeDoubled ? direction : "fromTerminal", after, kind: "doubled" }),
    () =>
      isSealed
        ? { direction, after, kind: "lost" }
        : { direction, after, kind: "corrupted", at: random(1_000), mask: 1 + random(255) },
  ])();
}

/** What becomes of a commit that is under way when the process dies. */
function fateFrom(random: Random): "lost" | "written" {
  return oneOf(random, ["lost", "written"]);
}

async function restart(world: World, random: Random): Promise<void> {
  await world.crash(fateFrom(random));
  await startAfterCrash(world, random);
}

/** The disk breaks, and somebody brings the backup back. */
async function restoreBackup(world: World, random: Random): Promise<void> {
  await world.crash(fateFrom(random));
  await world.restore();
  await startAfterCrash(world, random);
}

/** It may die in the middle of its start as well. */
export async function startAfterCrash(world: World, random: Random): Promise<void> {
  while (!world.isRunning) {
    await world.clock.advance(random(5_000));
    const starting = { isOver: false };
    const started = world.start().finally(() => (starting.isOver = true));
    if (random(6) === 0) world.crashAtBoundary(random(20), fateFrom(random));
    // A slow or full disk may hold it up.
    while (!starting.isOver) await world.clock.advance(10);
    await started;
  }
}

/** From now on nothing goes wrong any more. */
export async function calm(world: World, counters: readonly Counter[], random: Random): Promise<void> {
  if (!world.isRunning) await startAfterCrash(world, random);
  world.crashAtNoBoundary();
  world.journal.failNext(0);
  world.journal.release();
  for (const counter of counters) {
    const link = world.linkOf(counter.id);
    link.unreachable = false;
    link.refuses = false;
    link.chunkBytes = undefined;
    link.lagMs = 0;
    // Nobody makes a restart shorter than it is.
    await world.until(() => !link.isOff, LONGEST_OFF_MS);
    link.replace(deviceAt(counter).calm, "remembers");
    giveAccess(world, counter);
  }
  await world.clock.settle();
}
