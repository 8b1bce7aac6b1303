/** Runs in the guest. */
import { runCases } from "../usb-guest/guest.ts";
import { heldCases } from "./held-cases.ts";
import { rulesCases } from "./rules-cases.ts";

await runCases({ ...rulesCases, ...heldCases });
