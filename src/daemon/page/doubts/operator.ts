const KEY = "tillbridge.page.operator";

/** The name that was typed last in this tab: whoever decides one is likely to decide the next. */
export function lastOperator(storage: Pick<Storage, "getItem">): string {
  return storage.getItem(KEY) ?? "";
}

export function rememberOperator(storage: Pick<Storage, "setItem">, name: string): void {
  storage.setItem(KEY, name);
}
