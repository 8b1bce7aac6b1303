import type { MachineWords } from "../machine-words.ts";

const VERIFY = "`tillbridge journal verify` reads all of it, with the service running or not.";
const REPORT = "Send the report to support (`tillbridge bundle` collects what they need).";

export const machine: MachineWords = {
  program: {
    late: (program) => `${program} did not answer in time`,
    notRun: (program, code) => `${program} could not be run (${code})`,
    absent: (program) => `there is no ${program}`,
    silent: (program) => `${program} does not say`,
  },
  account: {
    owner: (names, mode) => `${names}, mode ${mode}`,
    withGroups: (name, groups) => `${name} (groups ${groups})`,
    runsAs: (who) => `It runs as ${who}.`,
    root: "It runs as root, which it does not need.",
    ownUser: "Run it as the service that `tillbridge service install` or the package makes, with a user of its own.",
  },
  home: {
    belongs: (path, owner) => `${path} belongs to ${owner}.`,
    noFolder: (path) => `${path} is no folder.`,
    moveAway: "Move it away, and start the service again.",
    another: (path, owner, who) => `${path} belongs to ${owner}; the service runs as ${who}.`,
    giveBack: (user, path) =>
      `\`sudo chown --recursive ${user}: ${path}\`, then start the service again. If it belongs to another installation, name the right folder with --home.`,
    writable: (path, owner) => `${path} belongs to ${owner}: other users may change what is in it.`,
    empty: (folder) => `There is nothing in ${folder} yet.`,
    notListed: (folder, why) => `${folder} cannot be looked into: the system says ${why}.`,
    strangers: (folder, names, user) => `In ${folder} somebody else has: ${names}. The service runs as ${user}.`,
    readable: (folder, names) => `Other users of this machine can read in ${folder}: ${names}.`,
    shut: (folder) =>
      `\`sudo chmod --recursive go-rwx ${folder}\`; then make new tokens, since somebody may have read them.`,
    withMode: (name, mode) => `${name} (mode ${mode})`,
    andMore: (names, count) => `${names} and ${count} more`,
    own: (count, folder) =>
      `All of ${count} entries in ${folder} are the service's own, and its secrets nobody else's.`,
    defaults: (path) => `There is no ${path}: the defaults are used.`,
    changeable: (path, owner) =>
      `${path} belongs to ${owner}: somebody else than root and the service may change what is configured.`,
    takeBack: (user, path) => `\`sudo chown ${user}: ${path}\` and \`sudo chmod go-w ${path}\``,
    unreadable: (path, owner, who) => `${path} belongs to ${owner}; the service runs as ${who} and cannot read it.`,
    giveFile: (user, path) => `\`sudo chown ${user}: ${path}\`, then start the service again.`,
    notBegun: (path) => `There is no ${path}: no service has begun here yet.`,
    begin: "Start it; or name the right folder with --home or TILLBRIDGE_HOME.",
    hidden: (path) => `${path} may not be looked at by this user: a folder above it is somebody else's.`,
    sayAsService: "Say it as the service's user, or with sudo.",
    notSeen: (path, why) => `${path} cannot be looked at: the system says ${why}.`,
  },
  ends: {
    noLog: (folder) => `There is no log in ${folder} yet.`,
    none: "The service has not crashed within seven days.",
    once: (path) => `The service has crashed once within seven days; the newest report is ${path}.`,
    often: (count, path) => `The service has crashed ${count} times within seven days; the newest report is ${path}.`,
    sendReport: REPORT,
    inOrder: "The last run of the service ended in order, or none has begun.",
    killed: (begun) =>
      `The run of the service that began ${begun} did not end in order: it was killed, crashed, or the power went.`,
    startIt: "Start it: what was under way is found out then. The log tells more.",
    runInOrder: (begun) => `This run began ${begun}; the one before it ended in order.`,
    disorderlyOnce: (begun) => `Once within ten minutes before ${begun} the service did not end in order.`,
    disorderly: (count, begun) => `${count} times within ten minutes before ${begun} the service did not end in order.`,
    seeLog: "See the log for why.",
    seeLogAndReport: `See the log. ${REPORT}`,
    someTime: "at an unknown time",
  },
  disk: {
    free: (free, whole, folder) => `${free} of ${whole} are free on the disk of ${folder}.`,
    fewFiles: (free, whole, folder, count) =>
      `${free} of ${whole} are free on the disk of ${folder}, and ${count} more files can be made there.`,
    freeSome: (folder) =>
      `Free some space on the disk of ${folder}, or put it on a larger one: where it is full no payment is taken.`,
    inMemory: (folder, kind) => `${folder} is in memory (${kind}): what is known of payments is lost with the power.`,
    onNetwork: (folder, kind) =>
      `${folder} is on a disk of the network (${kind}), which may lie about locks and syncs.`,
    local: (folder) => `${folder} is on a disk of this machine.`,
    putElsewhere: "Put the data folder on a disk of this machine, and name it with --home or TILLBRIDGE_HOME.",
    takes: (folder, usualMs, mostMs, count) =>
      `A write to the disk of ${folder} takes ${usualMs} ms, and ${mostMs} ms at most of ${count}.`,
    tooSlow: (folder, usualMs, mostMs, count, limitMs) =>
      `A write to the disk of ${folder} takes ${usualMs} ms, and ${mostMs} ms at most of ${count}: at ${limitMs} ms the journal counts as failed.`,
    seeWhatWrites:
      "See what else writes to this disk, and whether the disk is failing (`smartctl -a`); a solid-state disk takes a few ms.",
    notSeen: (folder, why) => `The disk of ${folder} cannot be looked at: the system says ${why}.`,
    notWritten: (folder, why) => `Nothing could be written in ${folder}: ${why}.`,
    notWritable: (folder, why) => `Nothing can be written in ${folder}: ${why}.`,
    ofAnotherUser: "it is another user's, and root writes nothing there. The service measures it while it runs",
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
  pos: {
    whole: (path, count) => `${path} can be read: ${count} ${count === 1 ? "POS program" : "POS programs"}.`,
    noList: (path) => `${path} is no list of POS programs that can be read.`,
    restoreList:
      "While the service is stopped, mend it or put a copy of it back. Else the next start moves it aside, and the POS programs have to be paired again.",
    unreadable: (path, which) =>
      `In ${path} there are records that cannot be read, and those POS programs are not let in: ${which}.`,
    mend: "Stop the service (`tillbridge service stop`), mend the file, and start it again: mended beside a service that runs, the file is written over. Or `tillbridge pos revoke NAME`, and add it anew with the limits that it had. Those without a name are taken out of the file while the service is stopped.",
    setAside: (path) => `The list of POS programs could not be read once, and is now ${path}.`,
    pairAgain:
      "Stop the service, mend that file, put it back as pos.json and start the service: what was paired since is not in it. Or pair the POS programs that are missing in `tillbridge pos`, with their limits; then remove the file.",
  },
  journal: {
    none: (folder) => `There is no journal in ${folder} yet.`,
    newest: (transactions, facts) =>
      `The newest ${transactions} transactions are whole, with ${facts} facts. ${VERIFY}`,
    damaged: (fault) => `The journal is damaged: ${fault}.`,
    damagedMore: (fault, more) => `The journal is damaged: ${fault}, and ${more} more faults.`,
    restore: `${VERIFY} Copy the data folder before anything else, and put the last backup in its place with \`tillbridge journal adopt\`.`,
    tooLarge: (seconds) => `The journal is too large to be read within ${seconds} s. ${VERIFY}`,
    whole: (transactions, facts) => `The journal is whole: ${transactions} transactions, ${facts} facts.`,
    notRead: (why) => `The journal could not be read: ${why}`,
    verify: VERIFY,
    copyFirst: `${VERIFY} Copy the data folder before anything else, and call support.`,
  },
  clock: {
    shows: (time) => `The clock shows ${time}.`,
    cannotBe: (time) => `The clock shows ${time}, which cannot be.`,
    behind: (time, newest) =>
      `The clock shows ${time}, and the newest payment is of ${newest}: it was set back, or was ahead.`,
    setIt:
      "Set the clock, and let the system keep it: `sudo timedatectl set-ntp true`; on Windows, Settings, Time, Set time automatically.",
    kept: (by) => `The system keeps its clock by the network (${by}).`,
    keptSinceStart: "systemd-timesyncd has done so since the start",
    notKept: (by) => `The system does not keep its clock by the network (${by}).`,
    notKnown: (why) => `Whether the clock is kept by the network is not known: ${why}.`,
    windowsSilent: "Windows does not keep its clock by the network: its time service (w32time) does not answer.",
    windowsStart: "`net start w32time`, then `w32tm /resync`, as administrator.",
    windowsNotSet: "Windows has not set its clock by the network (w32tm: leap indicator 3).",
    windowsSet: "`w32tm /resync`, as administrator.",
    windowsKept: (indicator) => `Windows keeps its clock by the network (w32tm: leap indicator ${indicator}).`,
    steady: "The clock has not jumped since the service began.",
    forward: (seconds) =>
      `Since the service began the clock was set forward by ${seconds} s, or the machine slept for so long.`,
    back: (seconds) => `Since the service began the clock was set back by ${seconds} s.`,
  },
  power: {
    masked: "This machine never sleeps: sleep.target is masked.",
    cannotSleep: "This machine cannot sleep.",
    idle: (action) => `This machine sleeps when nobody uses it: IdleAction=${action} in /etc/systemd/logind.conf.`,
    lid: "This machine has a lid, and sleeps when that is closed.",
    desktop: (states) => `This machine can sleep (${states}), and a desktop may send it to sleep when nobody uses it.`,
    awake: (states) => `This machine can sleep (${states}), and nothing sends it to sleep by itself.`,
    usbStaysOn: (control) => `The system never switches it off (${control}: on).`,
    usbMayStop: (control) => `The system may switch it off while nothing is said to it (${control}: auto).`,
    keepOn: (control) =>
      `\`echo on | sudo tee ${control}\`; for good, in the settings of what saves power here (TLP: USB_DENYLIST).`,
    usbNotRead: (control) => `Whether the system switches it off cannot be read in ${control}.`,
    windowsSilent: "powercfg does not say whether this machine sleeps.",
    windowsAwake: "This machine never sleeps by itself on mains.",
    windowsSleeps: (minutes) => `This machine sleeps after ${minutes} min when nobody uses it.`,
    windowsNeverSleep: "`powercfg /change standby-timeout-ac 0`, as administrator.",
    usbSilent: "powercfg does not say whether USB devices are switched off.",
    usbStays: "USB devices are not switched off to save power (selective suspend: 0).",
    usbStops: "Windows switches USB devices off while nothing is said to them (selective suspend: 1).",
    usbNeverStop: (group, setting) =>
      `\`powercfg /setacvalueindex SCHEME_CURRENT ${group} ${setting} 0\`, then \`powercfg /setactive SCHEME_CURRENT\`, as administrator.`,
  },
  windows: {
    hasPort: (port) => `Windows has the port ${port}.`,
    noPorts: (port) => `Windows has no port ${port}: none is there.`,
    otherPorts: (port, others) => `Windows has no port ${port}: there are ${others}.`,
    look: "Check the cable, and that the terminal is switched on. `tillbridge discover` shows what is plugged in.",
    noDriver: "Where it is plugged in, its driver is missing: see the Device Manager.",
    silent: "Windows does not tell its USB devices.",
    unknownDevice: (device) => `Windows knows no USB device ${device} with a driver.`,
    needsDriver: (driver) => `It needs the driver ${driver}.`,
    serialDriver: "usbser, or the vendor's own for serial ports",
    wrongDriver: (device, driver) =>
      `The USB device ${device} has the driver ${driver}, and is reached through WinUSB alone.`,
    giveDriver: "Give it WinUSB in the Device Manager (Update driver, Let me pick).",
    hasDriver: (device, driver) => `The USB device ${device} has the driver ${driver}.`,
  },
  device: {
    usable: (path, owner, who) => `${path} belongs to ${owner}; the service runs as ${who} and may use it.`,
    forbidden: (path, owner) => `${path} belongs to ${owner}; the service's unit forbids this kind of device to it.`,
    allow: (path) =>
      `\`sudo systemctl edit tillbridge\`, and under [Service]: DeviceAllow=${path} rw; then \`sudo systemctl restart tillbridge\`.`,
    noRights: (path, owner, who) => `${path} belongs to ${owner}; the service runs as ${who} and may not use it.`,
    joinGroup: (group, user) =>
      `\`sudo usermod --append --groups ${group} ${user}\`, then \`sudo systemctl restart tillbridge\`.`,
    installRule:
      "Install the udev rule of Tillbridge (`tillbridge service install`, or the package), then unplug it and plug it in again.",
    hasRule: (path) => `${path} gives terminals to the service, and keeps other programs away from them.`,
    noNeed: (rule) => `There is no ${rule}, and no program here that opens what is newly plugged in.`,
    noRule: (rule, programs) => `There is no ${rule}, and ${programs} may open a terminal and write to it.`,
    and: " and ",
    putRule:
      "`sudo tillbridge service install` or the package puts it there; by hand: copy installers/linux/91-tillbridge.rules to /etc/udev/rules.d, " +
      "`sudo udevadm control --reload`, then unplug the terminal and plug it in again.",
  },
  holder: {
    notShown: "This user is not shown what others' programs have open; `sudo tillbridge doctor` tells.",
    late: (seconds) => `Looking at what every program has open took longer than ${seconds} s.`,
    none: (path) => `No other program has ${path} open.`,
    ourselves: (path, pid) => `Tillbridge itself has ${path} open (process ${pid}).`,
    keepAway: (program) =>
      "Install the udev rule of Tillbridge (`tillbridge service install`, or the package), then unplug the terminal and plug it in again; " +
      `until then \`sudo systemctl stop ${program}\`.`,
    end: (program) => `End ${program}, or take the port away from it in its settings: a terminal has one master.`,
    has: (program, pid, path) => `${program} (process ${pid}) has ${path} open.`,
    mayHave: (program, pid, path) =>
      `${program} (process ${pid}) runs, and opens what is newly plugged in: it may have ${path}.`,
  },
  port: {
    uses: {
      pos: "POS programs of this machine",
      pages: "web pages of this machine, with a certificate",
      lan: "the shop's other machines",
      callbacks: "vendors' clouds and terminals",
    },
    elsewhere: (served, port, setting) =>
      `Tillbridge listens on port ${served}, and not on ${port} (${setting}): it was started with --port, or the setting was changed since.`,
    trial: (port) =>
      `That is right for a trial. POS programs that look for port ${port} find it after a start without --port.`,
    listens: (port, setting, use) => `Tillbridge listens on port ${port} (${setting}), for ${use}.`,
    free: (port, setting, use) => `Port ${port} (${setting}) is free, for ${use}.`,
    nobody: (port, setting, use) => `Nobody listens on port ${port} (${setting}), so ${use} find nobody there.`,
    seeLog:
      "The log tells why the service does not: `tillbridge service status`, and the file in logs/. Start it again when that is mended.",
    taken: (who, port, setting, use) =>
      `${who} listens on port ${port}, which is Tillbridge's (${setting}), for ${use}.`,
    anotherProgram: "Another program",
    programOf: (user) => `A program of the user ${user}`,
    process: (program, pid) => `${program} (process ${pid})`,
    processOf: (program, pid, user) => `${program} (process ${pid} of ${user})`,
    end: (setting) =>
      `End it, or give Tillbridge another one: \`tillbridge config set ${setting} NUMBER\`. Then start the service again.`,
  },
};
