import { diagnoseConnection } from "../diagnosis/diagnosis.ts";
import type { Language } from "./language.ts";
import type { Pairing } from "./memory.ts";
import { plainUrl, version } from "./page.ts";

/** Why there is no connection, and what to do, for the cashier who has just pressed the button. */
export async function diagnose(
  url: string,
  language: Language,
  told: string,
  pairing: Pairing | undefined,
): Promise<{ readonly reason: string; readonly why: string; readonly remedy: string }> {
  const { pos, token, installation } = pairing ?? {};
  const found = await diagnoseConnection({
    url,
    language,
    ask: "now",
    ...(plainUrl === undefined ? {} : { plainUrl }),
    ...(pos === undefined || token === undefined ? {} : { pos, token }),
    client: { name: "till-pay", version, ...(installation === undefined ? {} : { installation }) },
  });
  const isFound = found.kind !== "reachable";
  return { reason: found.kind, why: told, remedy: isFound ? found.remedy : "" };
}
