import { oneOf, type Random } from "../support/random.ts";
import type { World } from "../support/world.ts";
import { deviceAt, type Counter } from "./ways.ts";

const LONGEST_OFF_MS = 10_000;

/** Something goes wrong with a link, a terminal, the journal, the clock or the daemon. */
export async function strike(world: World, counters: readonly [Counter, ...Counter[]], random: Random): Promise<void> {
  const counter = oneOf(random, counters);
  const link = world.linkOf(counter.id);
  const blows: readonly (() => unknown)[] = [
    () => link.cutNow(oneOf(random, ["failed", "ended"])),
    () => link.cutAfter({ direction: oneOf(random, ["toTerminal", "fromTerminal"]), afterBytes: random(900) }),
    () => {
      link.unreachable = true;
      world.clock.after(random(8_000), () => (link.unreachable = false));
    },
    () => {
      link.refuses = true;
      world.clock.after(random(8_000), () => (link.refuses = false));
    },
    () => (random(3) === 0 ? replaceDevice(world, counter, random) : undefined),
    () => (link.lagMs = random(2) * random(2_000)),
    () => (link.chunkBytes = random(2) === 0 ? undefined : 1 + random(80)),
    () => world.journal.failNext(1 + random(3)),
    () => {
      world.journal.hold();
      world.clock.after(random(6_000), () => world.journal.release());
    },
    () => world.clock.setWallClock(world.clock.now() + (random(3) - 1) * 3_600_000),
    () => restart(world, random),
  ];
  await oneOf(random, blows)?.();
}

/** Another device is put in its place. */
function replaceDevice(world: World, { id, ways, settings, devices }: Counter, random: Random): void {
  const device = ways.device(random, 4 + random(2), settings);
  devices.push(device);
  world.linkOf(id).replace(device.scenario, "forgets");
}

async function restart(world: World, random: Random): Promise<void> {
  await world.crash(random(2) === 0 ? "lost" : "written");
  await world.clock.advance(random(5_000));
  await world.start();
}

/** From now on nothing goes wrong any more. */
export async function calm(world: World, counters: readonly Counter[]): Promise<void> {
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
  }
  await world.clock.settle();
}
