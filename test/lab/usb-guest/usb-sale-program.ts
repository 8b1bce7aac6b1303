/** Runs in the guest. */
import { runCases } from "./guest.ts";
import { saleCases } from "./sale-cases.ts";

await runCases(saleCases);
