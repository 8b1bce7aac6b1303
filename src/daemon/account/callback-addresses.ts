import type { CallbackAddress } from "../api.ts";
import type { OpenAccount } from "./accounts.ts";

type Served = { readonly terminal: string; readonly open: OpenAccount | undefined };

/** The addresses of the accounts that can be called, each once, with the terminals below it. */
export function callbackAddresses(served: readonly Served[]): readonly CallbackAddress[] {
  const terminalsOf = new Map<OpenAccount, string[]>();
  for (const { terminal, open } of served) {
    if (open !== undefined) terminalsOf.set(open, [...(terminalsOf.get(open) ?? []), terminal]);
  }
  return [...terminalsOf].flatMap(([{ vendor, account }, terminals]) => {
    const url = account.callbackUrl;
    return url === undefined ? [] : [{ vendor: vendor.id, url, terminals }];
  });
}
