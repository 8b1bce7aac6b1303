/** What an examination of the machine says. Texts of the system, names and paths are told as they are. */

/** As the system calls what hinders a write. */
export const WRITE_FAULTS = ["ENOSPC", "EDQUOT", "EROFS", "EACCES", "EIO"] as const;
export type WriteFault = (typeof WRITE_FAULTS)[number];

export type MachineWords = {
  readonly disk: {
    free(free: string, whole: string, folder: string): string;
    filesFree(count: number): string;
    freeSome(folder: string): string;
    inMemory(folder: string, kind: string): string;
    onNetwork(folder: string, kind: string): string;
    local(folder: string): string;
    readonly putElsewhere: string;
    takes(folder: string, usualMs: number, mostMs: number, count: number): string;
    countsAsFailed(limitMs: number): string;
    readonly seeWhatWrites: string;
    notSeen(folder: string, why: string): string;
    notWritten(folder: string, why: string): string;
    notWritable(folder: string, why: string): string;
    readonly writeFaults: Readonly<Record<WriteFault, string>>;
    readonly writeRemedies: Readonly<Record<WriteFault, string>>;
  };
};
