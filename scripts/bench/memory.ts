import { setTimeout as pause } from "node:timers/promises";
import { atMost, type Figure } from "./figures.ts";
import { addTills, openTills, prepareHome, SOCKETS, startDaemon, whenReady, type Daemon } from "./daemon.ts";
import { BUILT_COMMAND } from "./processes.ts";
import { startTerminals } from "./terminals.ts";
import { TERMINALS } from "./throughput.ts";

/** What a start needs and does not keep is given back by then. */
const REST_MS = 3_000;
const SALES_EACH = 3;
const LIMIT_MB = 110;

/** A small shop, whose service has just been left alone. */
const FEW_TERMINALS = 4;
const SERVICE_REST_MS = 10_000;
const SERVICE_LIMIT_MB = 90;

/** Resident memory of the daemon: with nothing to do, and with 32 terminals and 100 sockets. */
export async function measureMemory(): Promise<readonly Figure[]> {
  const idle = await startAgain(prepareHome([]));
  const atRest = await rested(idle);
  await idle.end();

  const terminals = await startTerminals(TERMINALS, 0);
  const home = prepareHome(terminals.configs);
  const pairing = await startDaemon(home);
  const tokens = await addTills(pairing, SOCKETS);
  await pairing.end();
  const daemon = await startAgain(home);
  const tills = await openTills(daemon, tokens);
  const [first] = tills;
  if (first !== undefined) await whenReady(first);
  const connectedMb = await rested(daemon);
  for (let round = 0; round < SALES_EACH; round += 1) {
    await Promise.all(terminals.configs.map(async ({ id }, index) => tills[index]?.pay(id)));
  }
  const usedMb = await rested(daemon);
  for (const till of tills) till.close();
  await Promise.all([daemon.end(), terminals.end()]);
  const connected = `memory with ${TERMINALS} terminals and ${SOCKETS} sockets`;
  const service = await measureService();
  return [
    ...service,
    { what: "memory at rest", measured: inMegabytes(atRest) },
    connectedMb === undefined
      ? { what: connected, measured: inMegabytes(connectedMb) }
      : atMost(connected, connectedMb, LIMIT_MB, "MB", 0),
    { what: `memory there after ${SALES_EACH * TERMINALS} sales`, measured: inMegabytes(usedMb) },
  ];
}

/** What the sources cost beside a built program is no figure of the product. */
async function measureService(): Promise<readonly Figure[]> {
  const terminals = await startTerminals(FEW_TERMINALS, 0);
  const home = prepareHome(terminals.configs);
  const pairing = await startDaemon(home);
  const tokens = await addTills(pairing, 1);
  await pairing.end();
  const daemon = await startAgain(home);
  const [till] = await openTills(daemon, tokens);
  if (till !== undefined) await whenReady(till);
  await pause(SERVICE_REST_MS);
  const measuredMb = daemon.memoryMb();
  till?.close();
  await Promise.all([daemon.end(), terminals.end()]);
  const what = `memory at rest with ${FEW_TERMINALS} terminals`;
  return [
    measuredMb === undefined || BUILT_COMMAND === undefined
      ? { what, measured: inMegabytes(measuredMb) }
      : atMost(`${what}, built`, measuredMb, SERVICE_LIMIT_MB, "MB", 0),
  ];
}

/** The first start of a home writes files, which is rare and loads more. */
async function startAgain(home: string): Promise<Daemon> {
  await (await startDaemon(home)).end();
  return startDaemon(home);
}

async function rested(daemon: Daemon): Promise<number | undefined> {
  await pause(REST_MS);
  return daemon.memoryMb();
}

function inMegabytes(megabytes: number | undefined): string {
  return megabytes === undefined ? "not told by this system" : `${megabytes.toFixed(0)} MB`;
}
