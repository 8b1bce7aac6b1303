import { unreachable } from "../../core/assert.ts";
import type { JsonObject } from "../../core/json.ts";
import type { Order } from "../driver.ts";
import { askedOf as recordAskedOf, employeeOf, saleTypeOf, type Asked, type Committing } from "../getnet/asked.ts";
import { PATHS, type CloudRequest, type CommandPath } from "./messages.ts";
import { recordSettings, type CloudSettings } from "./settings.ts";

/** What the reference to the day of a sale is called: Argentina wants it back with a refund. */
export const DATE = "date";
const DAY = /^\d{4}-\d{2}-\d{2}$/;

export function dayIn(references: Readonly<Record<string, string>> | undefined): string | undefined {
  const day = references?.[DATE];
  return day !== undefined && DAY.test(day) ? day : undefined;
}

/** In the terms that the records of the terminal are compared with. Undefined where it cannot be put to this terminal. */
export function askedOf(order: Order, settings: CloudSettings): Asked | undefined {
  const asked = recordAskedOf(order, recordSettings(settings));
  const lacksDay = settings.country === "AR" && dayIn(order.original?.terminalReferences) === undefined;
  return asked?.kind === "refund" && lacksDay ? undefined : asked;
}

/** Longer is not taken (getnet.md 6); our ids have 20 characters. */
const LONGEST_CUSTOM_ID = 25;

export const customIdOf = (transaction: string): string => transaction.slice(-LONGEST_CUSTOM_ID);

/** What names the terminal in every command; the branch is a number in Chile and text in Argentina (getnet.md 6). */
export function command(
  path: CommandPath,
  fields: JsonObject,
  customId: string,
  { country, idTerminal, idSucursal, serialNumber }: CloudSettings,
): Extract<CloudRequest, { kind: "command" }> {
  const branch = country === "CL" ? Number(idSucursal) : idSucursal;
  const place = { idTerminal, idSucursal: branch, serialNumber };
  return { kind: "command", path, body: { ...place, command: PATHS[path], ...fields, customId } };
}

/** The request that may move money. */
export function commandOf(asked: Committing, order: Order, settings: CloudSettings) {
  return command(pathOf(asked), fieldsOf(asked, order, settings), customIdOf(order.transaction), settings);
}

function pathOf(asked: Committing): CommandPath {
  switch (asked.kind) {
    case "sale":
      return "sale";
    case "void":
      return "refund";
    case "refund":
      return "return";
    case "reconciliation":
      return "close";
    default:
      return unreachable(asked);
  }
}

function fieldsOf(asked: Committing, { operation, original }: Order, settings: CloudSettings): JsonObject {
  const { options } = operation;
  const printOnPos = options?.print ?? settings.print;
  const isArgentina = settings.country === "AR";
  const { skipConfirmation, skipReceipt, planId, operationMode } = settings;
  switch (asked.kind) {
    case "sale": {
      const fields = {
        amount: asked.amountMinor,
        ticketNumber: asked.ticket,
        printOnPos,
        saleType: saleTypeOf(options?.saleType ?? "") ?? settings.saleType,
        employeeId: employeeOf(options?.employee ?? "") ?? settings.employee,
      };
      if (!isArgentina) return fields;
      const inOne = { installments: 1, planId, interest: 0 };
      return { ...fields, tip: 0, ...inOne, operationMode, skipConfirmation, skipReceipt };
    }
    case "void":
      return { operationId: asked.operationId, printOnPos };
    case "refund": {
      const fields = { authorizationCode: asked.authorizationCode, amount: asked.amountMinor, printOnPos };
      if (!isArgentina) return fields;
      const day = dayIn(original?.terminalReferences) ?? "";
      return { ...fields, originalTransDate: day, skipConfirmation, skipReceipt };
    }
    case "reconciliation":
      return { printOnPos };
    default:
      return unreachable(asked);
  }
}
