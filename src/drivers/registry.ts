import type { Vendor } from "./driver.ts";
import { getnetCloud } from "./getnet-cloud/vendor.ts";
import { getnet } from "./getnet/vendor.ts";
import { mercadoPago } from "./mercado-pago/vendor.ts";
import { poyntCloud } from "./poynt-cloud/vendor.ts";
import { poynt } from "./poynt/vendor.ts";

/** Every vendor there is. A new one is one line here: the daemon, the command line and the conformance tests take it from this list. */
export const vendors: readonly Vendor[] = [getnet, poynt, mercadoPago, poyntCloud, getnetCloud];
