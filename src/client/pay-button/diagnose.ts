import type { Language } from "./language.ts";
import type { Pairing } from "./memory.ts";

export async function diagnose(
  _url: string,
  _language: Language,
  why: string,
  _pairing: Pairing | undefined,
): Promise<{ readonly reason: string; readonly why: string; readonly remedy: string }> {
  return { reason: "unreachable", why, remedy: "" };
}
