import { done, refused, type Result } from "../../core/errors.ts";
import type { Clock, Log } from "../../core/ports.ts";
import { shellWord, type Shell } from "../../core/shell-word.ts";
import { Directory } from "../../discovery/directory.ts";
import { listensAt } from "../../discovery/reachability.ts";
import type { Scanner, Trouble } from "../../discovery/scanner.ts";
import { sightingKey, type Sighting } from "../../discovery/sighting.ts";
import type { Vendor } from "../../drivers/driver.ts";
import type { DaemonEvent, Discovered, DiscoveryApi, SightingView, TerminalView } from "../api.ts";
import { addCommand, missingSettings } from "./add-command.ts";
import { standingOf } from "./configured.ts";

export type DiscoveryPorts = {
  /** Absent where the configuration switches it off. */
  readonly scanner?: Scanner;
  readonly vendors: ReadonlyMap<string, Vendor>;
  readonly terminals: () => readonly TerminalView[];
  readonly clock: Clock;
  readonly log: Log;
  readonly emit: (event: DaemonEvent) => void;
  readonly shell: Shell;
};

export type Discovery = DiscoveryApi & AsyncDisposable;

const ASK_TIMEOUT_MS = 1_000;
const ASKED_AT_ONCE = 16;

/** Looks for terminals when somebody asks it to, and never else. */
export function openDiscovery(ports: DiscoveryPorts): Discovery {
  const { scanner, vendors, clock, log, emit } = ports;
  const directory = new Directory();
  const reachable = new Map<string, boolean>();
  const said = new Set<string>();
  const ending = new AbortController();
  let notes: readonly string[] = [];
  let running: Promise<void> | undefined;

  const views = (): readonly SightingView[] => viewsOf(directory.sightings, reachable, ports);

  const look = async (looks: Scanner, forMs: number): Promise<void> => {
    const scanned = await looks.scan(forMs, ending.signal);
    if (ending.signal.aborted) return;
    await askWhoListens(scanned.sightings, reachable, ports);
    notes = scanned.troubles.map(({ text }) => text);
    for (const trouble of scanned.troubles) sayOnce(trouble, said, log);
    const { appeared, vanished } = directory.replace(scanned);
    const isNew = new Set(appeared);
    for (const view of views()) if (isNew.has(view.sighting) && view.terminal === undefined) emit({ kind: "sighted", view });
    for (const view of viewsOf(vanished, reachable, ports)) emit({ kind: "sightingVanished", view });
  };

  return {
    list: () => (scanner === undefined ? switchedOff() : done({ sightings: views(), notes })),
    scan: async (forMs) => {
      if (scanner === undefined) return switchedOff();
      // Whoever asks while it looks gets what it sees: the network is not asked twice at a time.
      running ??= look(scanner, forMs).finally(() => (running = undefined));
      await running;
      return done({ sightings: views(), notes });
    },
    [Symbol.asyncDispose]: async () => {
      ending.abort();
      await running;
    },
  };
}
