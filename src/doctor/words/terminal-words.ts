import type { OtherProgram } from "../../core/link-fault.ts";
import type { TerminalState } from "../../core/terminal.ts";

/** What is said of each terminal. What the service and the terminal say themselves is told as it is. */
export type TerminalWords = {
  readonly addresses: {
    own(count: number): string;
    twins(terminals: string, last: string, place: string): string;
    enterPlace(terminal: string): string;
  };
  readonly settings: {
    notServed(terminal: string): string;
    readonly seeTwin: string;
    readonly hidden: string;
    secretNotSet(name: string): string;
    secretsNotSet(names: string): string;
    readonly disabled: string;
    readonly complete: string;
    secretsSet(names: string): string;
    faulty(faults: string): string;
    setValue(field: string): string;
  };
  readonly identity: {
    told(facts: string): string;
    model(model: string): string;
    /** A sentence of its own. */
    expected(serialNumber: string): string;
    another(told: string, expected: string): string;
    ifExchanged(terminal: string, told: string, expected: string): string;
    changedPlaces(owner: string): string;
  };
  readonly pairing: {
    lacksSetting(detail: string): string;
    readonly saySetting: string;
    notPaired(why: string): string;
    readonly noReason: string;
    readonly obeys: string;
  };
  readonly fence: {
    readonly none: string;
    asked(transaction: string, since: string): string;
    waitForIt(transaction: string): string;
    inDoubt(transaction: string, since: string): string;
    decide(transaction: string, terminal: string): string;
  };
  readonly queue: {
    readonly empty: string;
    runs(transaction: string): string;
    behind(transaction: string, count: number): string;
    stuck(count: number, state: string): string;
    readonly willRun: string;
  };
  readonly states: Readonly<Record<TerminalState, string>>;
  readonly probe: {
    busy(transaction: string): string;
    inDoubt(transaction: string): string;
    silent(seconds: number): string;
    seeDisplay(terminal: string): string;
    refused(why: string): string;
    readonly noReason: string;
    notAsked(why: string): string;
    noAnswer(why: string): string;
    readonly answered: string;
    answeredWithin(ms: number): string;
  };
  readonly link: {
    nameUnknown(host: string, code: string): string;
    sayAddress(command: string): string;
    readonly notTried: string;
    serviceSays(seen: string, detail: string): string;
    trace(terminal: string): string;
    readonly ready: string;
    readonly held: string;
    runs(transaction: string): string;
    readonly unpaired: string;
    doubt(transaction: string): string;
    /** In the place of a transaction whose name is not known. */
    readonly ofBefore: string;
    lost(detail: string): string;
    readonly nothingTried: string;
    answeredByOther(detail: string): string;
    seeIdentity(check: string): string;
    readonly bringBack: string;
    lastSign(time: string): string;
    takes(place: string): string;
    speaksFirst(place: string, said: string): string;
    readonly otherProgram: Readonly<Record<OtherProgram, (place: string) => string>>;
    readonly another: string;
    /** What to do where whatever answers speaks TLS. */
    readonly ifTls: string;
    findMoved(command: string): string;
    hangsUp(place: string): string;
    readonly endOther: string;
    refuses(place: string): string;
    readonly seePort: string;
    absent(place: string, code: string): string;
    readonly bringNear: string;
    thereSilent(place: string, code: string): string;
    readonly ifFirewall: string;
    silentFor(place: string, seconds: number): string;
    silent(place: string, code: string): string;
    readonly notNear: string;
    readonly switchOn: string;
    forbidden(place: string, code: string): string;
    letOut(address: string, port: number): string;
    failed(place: string, code: string): string;
  };
  readonly plugged: {
    there(path: string): string;
    noDevice(path: string): string;
    readonly sayPort: string;
    absent(path: string): string;
    plugIn(terminal: string): string;
    noUsb(vendor: string): string;
    otherSerials(count: number): string;
    readonly plugInUsb: string;
    several(count: number, vendor: string): string;
    sayWhich(terminal: string): string;
    usbThere(vendor: string): string;
    withSerial(vendor: string, serialNumber: string): string;
    readonly anyVendor: string;
    seeSwitchedOn(terminal: string): string;
    readonly opening: string;
    readonly lookSoon: string;
    readonly lookedFor: string;
  };
};
