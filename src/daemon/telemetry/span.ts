/** A part of a payment's life that is over, as it is sent. Times are of the clock on the wall. */
export type FinishedSpan = {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 of them. */
  readonly spanId: string;
  readonly parentId?: string;
  readonly name: string;
  readonly startMs: number;
  readonly endMs: number;
  /** Nobody knows whether money moved. */
  readonly isInDoubt?: true;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
};
