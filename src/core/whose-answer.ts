/**
 * Why a device that answers at a terminal's place is not taken for it, in words. The daemon says it as the terminal's `detail`, and the doctor has to
 * know it again there: the protocol has no field for it.
 */

/** Another device than the one that is configured. */
export type OtherDevice = {
  readonly told: string;
  readonly expected: string;
  /** The other terminal whose device it is. */
  readonly owner?: string;
};

const OTHER = "another device answers in its place: serial number ";
const UNNAMED = "it does not tell its serial number";
const TWIN = "its device, with serial number ";

export function otherDeviceInWords({ told, expected }: Omit<OtherDevice, "owner">): string {
  return `${OTHER}${told}, not ${expected}`;
}

/** Of a terminal whose number is known, and is not told. */
export function unnamedInWords(expected: string): string {
  return `${UNNAMED}, so nobody knows whether it is ${expected}`;
}

/** Of a terminal that was never met: the device is another one's. */
export function twinInWords(told: string, owner: string): string {
  return `${TWIN}${told}, is terminal ${owner} already: one device has one queue`;
}

/** Ends a sentence, or follows a semicolon. */
export function ownerInWords(owner: string): string {
  return `that is the device of terminal ${owner}`;
}

/** Whether it tells that somebody answered who is not taken for the terminal. */
export function isAnswerOfSomebody(detail: string | undefined): boolean {
  return [OTHER, UNNAMED, TWIN].some((words) => detail?.startsWith(words) === true);
}

/** Undefined where the detail tells of something else. */
export function otherDeviceIn(detail: string | undefined): OtherDevice | undefined {
  if (detail?.startsWith(OTHER) !== true) return undefined;
  const [, told, expected] = /^([^\s,]+), not (\S+?)(?:[.;] |$)/.exec(detail.slice(OTHER.length)) ?? [];
  if (told === undefined || expected === undefined) return undefined;
  const [, owner] = /that is the device of terminal ([^\s,:]+)/i.exec(detail) ?? [];
  return owner === undefined ? { told, expected } : { told, expected, owner };
}
