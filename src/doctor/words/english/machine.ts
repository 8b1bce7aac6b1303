import type { MachineWords } from "../machine-words.ts";

export const machine: MachineWords = {
  disk: {
    free: (free, whole, folder) => `${free} of ${whole} are free on the disk of ${folder}.`,
    filesFree: (count) => `Only ${count} more files can be made there.`,
    freeSome: (folder) =>
      `Free some space on the disk of ${folder}, or put it on a larger one: where it is full no payment is taken.`,
    inMemory: (folder, kind) => `${folder} is in memory (${kind}): what is known of payments is lost with the power.`,
    onNetwork: (folder, kind) =>
      `${folder} is on a disk of the network (${kind}), which may lie about locks and syncs.`,
    local: (folder) => `${folder} is on a disk of this machine.`,
    putElsewhere: "Put the data folder on a disk of this machine, and name it with --home or TILLBRIDGE_HOME.",
    takes: (folder, usualMs, mostMs, count) =>
      `A write to the disk of ${folder} takes ${usualMs} ms, and ${mostMs} ms at most of ${count}.`,
    countsAsFailed: (limitMs) => `At ${limitMs} ms the journal counts as failed.`,
    seeWhatWrites:
      "See what else writes to this disk, and whether the disk is failing (`smartctl -a`); a solid-state disk takes a few ms.",
    notSeen: (folder, why) => `The disk of ${folder} cannot be looked at: the system says ${why}.`,
    notWritten: (folder, why) => `Nothing could be written in ${folder}: ${why}.`,
    notWritable: (folder, why) => `Nothing can be written in ${folder}: ${why}.`,
    writeFaults: {
      ENOSPC: "the disk is full",
      EDQUOT: "this user's share of the disk is full",
      EROFS: "the disk is read-only",
      EACCES: "this user may not",
      EIO: "the disk reports an error",
    },
    writeRemedies: {
      ENOSPC: "Free some space on it: no payment is taken until there is some.",
      EDQUOT: "Free some space, or raise the share: no payment is taken until there is some.",
      EROFS: "Mount it writable. A disk that turned read-only by itself is failing: `dmesg` tells.",
      EACCES: "Give the folder back to the service's user; `home.data` tells who has it.",
      EIO: "Exchange the disk. Copy the data folder first.",
    },
  },
};
