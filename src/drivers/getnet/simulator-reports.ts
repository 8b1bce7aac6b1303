import type { JsonObject } from "../../core/json.ts";
import { COMMANDS } from "./messages.ts";
import { movedBy, type Voucher } from "./simulator-memory.ts";

/** Every kind of the Totals record (getnet.md 4); a simulated terminal only has the first of each row. */
const KINDS = [
  "CreditSales",
  "DebitSales",
  "PrepaidSales",
  "QrCreditSales",
  "QrDebitSales",
  "QrPrepaidSales",
  "CashSales",
  "CashSalesOff",
  "CreditAdvances",
  "CancelCredit",
  "CancelDebit",
  "CancelPrepaid",
  "CancelQrCredit",
  "CancelQrDebit",
  "CancelQrPrepaid",
  "Tips",
  "Returns",
] as const;

function kindOf(voucher: Voucher): (typeof KINDS)[number] {
  const credit = voucher.cardType === "CR";
  if (voucher.functionCode === COMMANDS.refund) return "Returns";
  if (voucher.functionCode === COMMANDS.void) return credit ? "CancelCredit" : "CancelDebit";
  return credit ? "CreditSales" : "DebitSales";
}

export function totalsOf(batch: readonly Voucher[]): JsonObject {
  const counts = KINDS.map((kind) => {
    const amounts =
      kind === "Tips"
        ? batch.filter((voucher) => voucher.tip > 0).map((voucher) => voucher.tip)
        : batch.filter((voucher) => kindOf(voucher) === kind).map((voucher) => voucher.amount);
    return [
      [`Count${kind}`, amounts.length],
      [`Total${kind}`, amounts.reduce((sum, amount) => sum + amount, 0)],
    ] as const;
  });
  const total = batch.reduce((sum, voucher) => sum + movedBy(voucher), 0);
  return { TxCount: batch.length, TxTotal: total, ...Object.fromEntries(counts.flat()) };
}

const salesIn = (batch: readonly Voucher[]) => batch.filter((voucher) => voucher.functionCode === COMMANDS.sale);

/** What Nc, Tc and Tx say is not known. */
export function salesOf(batch: readonly Voucher[], employeeId: number): readonly JsonObject[] {
  return salesIn(batch)
    .filter((sale) => sale.employeeId === employeeId)
    .map((sale) => ({
      Date: new Date(sale.at).toISOString().slice(0, 10),
      EmployeeId: sale.employeeId,
      Ticket: sale.ticket,
      Amount: sale.amount,
      Nc: "",
      Tc: sale.cardType,
      Tx: String(sale.operationId),
    }));
}

/** Of one employee, or of all for 0. */
export function employeeTips(batch: readonly Voucher[], employeeId: number): readonly JsonObject[] {
  const sales = salesIn(batch);
  const employees = [...new Set(sales.map((sale) => sale.employeeId))];
  return employees
    .filter((employee) => employeeId === 0 || employee === employeeId)
    .map((employee) => {
      const own = sales.filter((sale) => sale.employeeId === employee);
      return {
        EmployeeId: employee,
        Tx: own.length,
        Sales: own.reduce((sum, sale) => sum + sale.amount, 0),
        Tips: own.reduce((sum, sale) => sum + sale.tip, 0),
      };
    });
}

export function parameterRecord(identity: { readonly terminalId: string; readonly serialNumber: string }): JsonObject {
  return {
    ApplicationName: "POS Integrado",
    Version: "1.11",
    So: "Android 10",
    EmvModule: "1.0",
    Sn: identity.serialNumber,
    Model: "Simulator",
    CommunicationType: "WIFI",
    PrimaryIp: "192.0.2.1",
    SecondIp: "192.0.2.2",
    Company: "",
    Apn: "",
    SimId: "",
    SucursalId: "1",
    TerminalId: identity.terminalId,
    Tip: false,
    Ticket: true,
    Employee: false,
    VoucherAsTicket: false,
    Return: true,
    IssuerQuotas: false,
    TradeQuotas: false,
    MinimumIssuerQuotas: 0,
    MaximumIssuerQuotas: 0,
    MinimumTradeQuotas: 0,
    MaximumTradeQuotas: 0,
    MinimumAmount: 1,
  };
}

/** A terminal on the shop's Wi-Fi, without a SIM. */
export function simRecord(): JsonObject {
  return {
    Connected: false,
    BatteryPercentage: 87,
    ...Object.fromEntries(SIM_TEXTS.map((name) => [name, ""] as const)),
    SimStatus: "ABSENT",
  };
}

const SIM_TEXTS = [
  "Company",
  "ApnSim",
  "ApnConfig",
  "SimId",
  "SimProvider",
  "SimUsed",
  "IntensitySignal",
  "Rssi",
  "SimStatus",
  "RadioLevel",
  "Imei",
  "NetworkConnection",
  "NetworksEnabled",
  "Lac",
  "CallId",
  "NetworkType",
  "NetworkPlmn",
  "SimPlmn",
  "NetworkLog",
] as const;
