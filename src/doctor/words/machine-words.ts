/** What is said of the machine and of what belongs to the service there. Texts of the system, names and paths are told as they are. */

/** As the system calls what hinders a write. */
export const WRITE_FAULTS = ["ENOSPC", "EDQUOT", "EROFS", "EACCES", "EIO"] as const;
export type WriteFault = (typeof WRITE_FAULTS)[number];

/** For whom a port is. */
export type DoorUse = "pos" | "pages" | "lan" | "callbacks";

export type MachineWords = {
  readonly program: {
    late(program: string): string;
    notRun(program: string, code: string): string;
    absent(program: string): string;
    silent(program: string): string;
  };
  readonly account: {
    owner(names: string, mode: string): string;
    withGroups(name: string, groups: string): string;
    runsAs(who: string): string;
    readonly root: string;
    readonly ownUser: string;
  };
  readonly home: {
    belongs(path: string, owner: string): string;
    noFolder(path: string): string;
    readonly moveAway: string;
    another(path: string, owner: string, who: string): string;
    giveBack(user: string, path: string): string;
    writable(path: string, owner: string): string;
    empty(folder: string): string;
    notListed(folder: string, why: string): string;
    strangers(folder: string, names: string, user: string): string;
    readable(folder: string, names: string): string;
    shut(folder: string): string;
    withMode(name: string, mode: string): string;
    andMore(names: string, count: number): string;
    own(count: number, folder: string): string;
    defaults(path: string): string;
    changeable(path: string, owner: string): string;
    takeBack(user: string, path: string): string;
    unreadable(path: string, owner: string, who: string): string;
    giveFile(user: string, path: string): string;
    notBegun(path: string): string;
    readonly begin: string;
    hidden(path: string): string;
    readonly sayAsService: string;
    notSeen(path: string, why: string): string;
  };
  readonly ends: {
    noLog(folder: string): string;
    readonly none: string;
    once(path: string): string;
    often(count: number, path: string): string;
    readonly sendReport: string;
    readonly inOrder: string;
    killed(begun: string): string;
    readonly startIt: string;
    runInOrder(begun: string): string;
    disorderlyOnce(begun: string): string;
    disorderly(count: number, begun: string): string;
    readonly seeLog: string;
    readonly seeLogAndReport: string;
    readonly someTime: string;
  };
  readonly disk: {
    free(free: string, whole: string, folder: string): string;
    fewFiles(free: string, whole: string, folder: string, count: number): string;
    freeSome(folder: string): string;
    inMemory(folder: string, kind: string): string;
    onNetwork(folder: string, kind: string): string;
    local(folder: string): string;
    readonly putElsewhere: string;
    takes(folder: string, usualMs: number, mostMs: number, count: number): string;
    tooSlow(folder: string, usualMs: number, mostMs: number, count: number, limitMs: number): string;
    readonly seeWhatWrites: string;
    notSeen(folder: string, why: string): string;
    notWritten(folder: string, why: string): string;
    notWritable(folder: string, why: string): string;
    readonly ofAnotherUser: string;
    readonly writeFaults: Readonly<Record<WriteFault, string>>;
    readonly writeRemedies: Readonly<Record<WriteFault, string>>;
  };
  readonly pos: {
    whole(path: string, count: number): string;
    noList(path: string): string;
    readonly restoreList: string;
    /** @param which and why, as the command tells it */
    unreadable(path: string, which: string): string;
    readonly mend: string;
    setAside(path: string): string;
    readonly pairAgain: string;
  };
  readonly journal: {
    none(folder: string): string;
    newest(transactions: number, facts: number): string;
    damaged(fault: string): string;
    damagedMore(fault: string, more: number): string;
    readonly restore: string;
    tooLarge(seconds: number): string;
    whole(transactions: number, facts: number): string;
    notRead(why: string): string;
    readonly verify: string;
    readonly copyFirst: string;
  };
  readonly clock: {
    shows(time: string): string;
    cannotBe(time: string): string;
    behind(time: string, newest: string): string;
    readonly setIt: string;
    kept(by: string): string;
    readonly keptSinceStart: string;
    notKept(by: string): string;
    notKnown(why: string): string;
    readonly windowsSilent: string;
    readonly windowsStart: string;
    readonly windowsNotSet: string;
    readonly windowsSet: string;
    windowsKept(indicator: string): string;
    readonly steady: string;
    forward(seconds: number): string;
    back(seconds: number): string;
  };
  readonly power: {
    readonly masked: string;
    readonly cannotSleep: string;
    idle(action: string): string;
    readonly lid: string;
    desktop(states: string): string;
    awake(states: string): string;
    usbStaysOn(control: string): string;
    usbMayStop(control: string): string;
    keepOn(control: string): string;
    usbNotRead(control: string): string;
    readonly windowsSilent: string;
    readonly windowsAwake: string;
    windowsSleeps(minutes: number): string;
    readonly windowsNeverSleep: string;
    readonly usbSilent: string;
    readonly usbStays: string;
    readonly usbStops: string;
    usbNeverStop(group: string, setting: string): string;
  };
  readonly windows: {
    hasPort(port: string): string;
    noPorts(port: string): string;
    otherPorts(port: string, others: string): string;
    readonly look: string;
    readonly noDriver: string;
    readonly silent: string;
    unknownDevice(device: string): string;
    needsDriver(driver: string): string;
    readonly serialDriver: string;
    wrongDriver(device: string, driver: string): string;
    readonly giveDriver: string;
    hasDriver(device: string, driver: string): string;
  };
  readonly device: {
    usable(path: string, owner: string, who: string): string;
    forbidden(path: string, owner: string): string;
    allow(path: string): string;
    noRights(path: string, owner: string, who: string): string;
    joinGroup(group: string, user: string): string;
    readonly installRule: string;
    hasRule(path: string): string;
    noNeed(rule: string): string;
    noRule(rule: string, programs: string): string;
    readonly and: string;
    readonly putRule: string;
  };
  readonly holder: {
    readonly notShown: string;
    late(seconds: number): string;
    none(path: string): string;
    ourselves(path: string, pid: number): string;
    keepAway(program: string): string;
    end(program: string): string;
    has(program: string, pid: number, path: string): string;
    mayHave(program: string, pid: number, path: string): string;
  };
  readonly port: {
    readonly uses: Readonly<Record<DoorUse, string>>;
    elsewhere(served: number, port: number, setting: string): string;
    trial(port: number): string;
    listens(port: number, setting: string, use: string): string;
    free(port: number, setting: string, use: string): string;
    nobody(port: number, setting: string, use: string): string;
    readonly seeLog: string;
    taken(who: string, port: number, setting: string, use: string): string;
    readonly anotherProgram: string;
    programOf(user: string): string;
    process(program: string, pid: number): string;
    processOf(program: string, pid: number, user: string): string;
    end(setting: string): string;
  };
};
