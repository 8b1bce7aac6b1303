import { PAGE_POS } from "./pos.ts";

/** The terminal at which people practise: a simulator, in no configuration file. What happens there is counted nowhere. */
export const PRACTICE_TERMINAL = "practice";

const REQUEST_ID_PREFIX = "practice-";

export function practiceRequestId(id: string): string {
  return `${REQUEST_ID_PREFIX}${id}`;
}

/** The terminal's name alone proves nothing: an older configuration may have given it to a real one. */
export function isPractice(transaction: {
  readonly pos: string;
  readonly requestId: string;
  readonly terminal: string;
}): boolean {
  const { pos, requestId, terminal } = transaction;
  return pos === PAGE_POS && terminal === PRACTICE_TERMINAL && requestId.startsWith(REQUEST_ID_PREFIX);
}
