import type { JsonObject } from "../../core/json.ts";
import type { CloudSettings } from "./settings.ts";

const VERSION = 1;

export const writeRemembered = (idPosTxs: string): JsonObject => ({ version: VERSION, idPosTxs });

/** What the cloud calls it, where it has said so. */
export function readRemembered(remembered: JsonObject | undefined): string | undefined {
  if (remembered?.["version"] !== VERSION) return undefined;
  const { idPosTxs } = remembered;
  return typeof idPosTxs === "string" && idPosTxs !== "" ? idPosTxs : undefined;
}

/** These say nothing about what became of the request, whatever a technician believes. */
const NEVER = [408, 409, 425, 429];

/** An HTTP status after which the cloud has not taken a command. */
export function isRefusal(status: number, { refusalStatuses }: CloudSettings): boolean {
  return refusalStatuses.includes(status) && !NEVER.includes(status);
}
