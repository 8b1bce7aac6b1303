/** Runs in the guest. */
import { runCases } from "../usb-guest/guest.ts";
import { bulkCases } from "./bulk-cases.ts";

await runCases(bulkCases);
