import type { JsonObject } from "../../core/json.ts";

/** The codes of the vendor and their HTTP statuses (poynt.md 2.8). Which of them answers what is assumed where the documents do not say. */
const STATUSES = {
  INVALID_ACCESS_TOKEN: 401,
  INVALID_REFRESH_TOKEN: 401,
  UNAUTHORIZED_ACCESS: 401,
  LOGIN_FAILED: 401,
  MISSING_PARAMETER: 400,
  INVALID_PARAMETER: 400,
  INVALID_REQUEST: 400,
  INVALID_RESOURCE_ID: 404,
  RESOURCE_NOT_FOUND: 404,
  BUSINESS_NOT_FOUND: 404,
  STORE_DEVICE_NOT_FOUND: 404,
  STORE_DEVICE_NOT_ACTIVATED: 403,
  APPLICATION_NOT_ACTIVATED: 403,
  APPLICATION_NOT_FOUND: 404,
  TRANSACTION_NOT_FOUND: 404,
  REQUEST_ID_DUPLICATE: 400,
  REQUEST_IN_PROGRESS: 400,
  TXN_DUPLICATE: 400,
  TXN_ALREADY_EXISTS: 400,
  TXN_ALREADY_CAPTURED: 400,
  TXN_ALREADY_REFUNDED: 400,
  TXN_ALREADY_VOIDED: 400,
  CAPTURE_NOT_ALLOWED: 400,
  CAPTURE_EXCEEDS_PREAUTH_BAL: 400,
  TXN_NEVER_PROCESSED: 400,
  UNSUPPORTED_TXN_TYPE: 400,
  UNSUPPORTED_TXN_ACTION: 400,
  UNSUPPORTED_OPERATION: 400,
  BAD_CARD_DATA: 400,
  PROCESSOR_DECLINED: 400,
  PROCESSOR_TIMEOUT: 400,
  PROCESSOR_DETECTED_DUP: 400,
  PROCESSOR_SIGNON_FAILED: 502,
  EXTERNAL_SERVER_CONNECT_FAILURE: 504,
  EXTERNAL_SERVER_READ_TIMEOUT: 504,
  EXTERNAL_SERVER_ERROR: 502,
  RESOURCE_MODIFIED: 409,
  DATABASE_ERROR: 500,
  INTERNAL_ERROR: 500,
  RKMS_UNAVAILABLE: 503,
  SERVICE_UNAVAILABLE: 504,
  BROKEN_PIPE: 499,
} as const satisfies Readonly<Record<string, number>>;

export type ErrorCode = keyof typeof STATUSES;

const isErrorCode = (code: string): code is ErrorCode => Object.hasOwn(STATUSES, code);

/** What a request came to. JSON through and through: it is kept for repeats. */
export type Result = {
  readonly status: number;
  /** Undefined: an empty body. */
  readonly body?: JsonObject;
  readonly retryAfterS?: number;
};

export function refusal(code: ErrorCode, developerMessage: string): Result {
  return errorResult(code, developerMessage, STATUSES[code]);
}

/** Of a scenario, which may name codes that the vendor does not know. */
export function errorResult(code: string, developerMessage: string, asked?: number): Result {
  const status = asked ?? (isErrorCode(code) ? STATUSES[code] : 500);
  const message = code.toLowerCase().replaceAll("_", " ");
  return { status, body: { httpStatus: status, code, message, developerMessage, moreInfo: "" } };
}

/** For the log. */
export function summaryOf({ status, body = {} }: Result): string {
  const { code } = body;
  return typeof code === "string" ? `${status} ${code}` : String(status);
}
