import type { DeviceIdentity } from "../../core/terminal.ts";
import type { Voucher } from "../getnet/voucher.ts";
import type { CloudSettings } from "./settings.ts";

/**
 * Whom the cloud asks for us: it is told the terminal, its branch and its hardware in each command, and another hardware there is another
 * device. The merchant is what the terminal's own records say.
 */
export function identityOf(
  { idTerminal, idSucursal, serialNumber }: CloudSettings,
  lastVoucher: Voucher | undefined,
): DeviceIdentity {
  const commerceCode = lastVoucher?.commerceCode;
  return {
    terminalId: idTerminal,
    branchId: idSucursal,
    hardware: serialNumber,
    ...(commerceCode === undefined ? {} : { commerceCode }),
  };
}

/** What of it stands in a record as well. Whether a record's TerminalId is our idTerminal is not documented. */
export function inRecords(identity: DeviceIdentity | undefined): DeviceIdentity {
  const commerceCode = identity?.["commerceCode"];
  return commerceCode === undefined ? {} : { commerceCode };
}
