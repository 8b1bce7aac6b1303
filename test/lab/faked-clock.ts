import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Ending } from "../support/ending.ts";
import { freshFolder } from "../support/home-folder.ts";

const PLACES = ["x86_64-linux-gnu", "aarch64-linux-gnu"].map((name) => `/usr/lib/${name}/faketime/libfaketimeMT.so.1`);

export type FakedClock = {
  /** For the program whose wall clock it is. */
  readonly environment: Readonly<Record<string, string>>;
  /** From now on so far from the true time; the monotonic clock goes on as it does. */
  set(offsetSeconds: number): void;
};

/** A wall clock that a test sets, for a program in a process of its own. Needs libfaketime. */
export function fakeClock(ending: Ending): FakedClock {
  const file = join(freshFolder(ending), "clock");
  const set = (offsetSeconds: number) => writeFileSync(file, `${offsetSeconds >= 0 ? "+" : ""}${offsetSeconds}\n`);
  set(0);
  const environment = {
    LD_PRELOAD: PLACES.find((place) => existsSync(place)) ?? "",
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_NO_CACHE: "1",
    FAKETIME_DONT_FAKE_MONOTONIC: "1",
  };
  return { environment, set };
}
