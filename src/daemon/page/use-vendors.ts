import { useEffect, useState } from "preact/hooks";
import type { VendorDescription } from "../../protocol/terminal.ts";
import { faultText } from "./fault-text.ts";
import { useLive } from "./use-live.ts";
import type { ViewProps } from "./view.ts";

/**
 * The vendors that the daemon knows, asked for in each new session. `unknown` is called where they could not be had; the fault
 * says why.
 */
export function useVendors({ session, words }: ViewProps, unknown?: () => void) {
  const opened = useLive(session.opened);
  const [vendors, setVendors] = useState<readonly VendorDescription[]>();
  const [vendorsFault, setFault] = useState<string>();
  const askVendors = () => {
    setFault(undefined);
    session.ask("vendors.list", {}).then(
      (answer) => setVendors(answer.vendors),
      (error: unknown) => {
        unknown?.();
        setFault(faultText(error, words));
      },
    );
  };
  useEffect(() => {
    if (opened > 0) askVendors();
  }, [session, opened]);
  return { vendors, vendorsFault, askVendors };
}
