/** Runs in the guest. */
import { runCases } from "./guest.ts";
import { serialCases } from "./serial-cases.ts";

await runCases(serialCases);
