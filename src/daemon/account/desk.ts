import type { HttpAnswer } from "../../core/http.ts";
import type { Admission, Urgency } from "./request-budget.ts";

/** What stands between a request and the account's servers. */
export interface Desk {
  /** Resolves when the request may leave, or may not. */
  admit(urgency: Urgency, signal: AbortSignal): Promise<Admission>;
  /** What the servers say of themselves beside their answer: their clock, and that they want a pause. */
  heard(answer: HttpAnswer): void;
}
