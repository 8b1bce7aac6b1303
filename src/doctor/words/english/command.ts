import type { CommandWords } from "../command-words.ts";

const MORE = "`tillbridge service status` tells more.";
const times = (count: number) => (count === 1 ? "once" : `${count} times`);

export const command: CommandWords = {
  service: {
    notInstalled: "No service is installed: nothing starts Tillbridge with the machine, or again after a crash.",
    install: "`sudo tillbridge service install` from an unpacked program, or install the package.",
    stopped: "The service is stopped.",
    stoppedBecause: (why) => `The service is stopped: it ${why}.`,
    start: `\`sudo tillbridge service start\`. ${MORE}`,
    starting: "The service is starting.",
    stopping: "The service is stopping.",
    wait: `Wait a moment, and look again. ${MORE}`,
    restarted: (who, pid, count) =>
      `The service runs as ${who}, process ${pid}. It ended by itself and was started again ${times(count)}.`,
    restartedBecause: (who, pid, count, why) =>
      `The service runs as ${who}, process ${pid}. It ended by itself and was started again ${times(count)}; it ${why}.`,
    tellMore: MORE,
    notAtBoot: (who, pid) => `The service runs as ${who}, process ${pid}, and does not start with the machine.`,
    enable: "`sudo systemctl enable tillbridge`; on Windows, `sc config Tillbridge start= auto` as administrator.",
    runs: (who, pid) => `The service runs as ${who}, process ${pid}, and starts with the machine.`,
  },
  daemon: {
    notAsked: (why) => `${why} What follows was seen by this command, with the rights of its user.`,
    seeService: "`tillbridge service status` tells how the service is, and the log why.",
  },
  config: {
    unusable: (path, why) => `${path} cannot be used: ${why}`,
    sayAsService: "Say it as the service's user, or with sudo.",
    mend: "Mend it in an editor; `tillbridge config check` tells whether it is right. The last one that worked is beside it: config.last-good.json.",
  },
  browsers: {
    trusting: (count) => `${count} browsers were found, and each trusts the certificate for wss.`,
    ofUser: (browser, user) => `${browser} of ${user}`,
    because: (browser, why) => `${browser} (${why})`,
    distrusting: (who) => `The certificate for wss is not trusted by ${who}.`,
    installAgain: "`sudo tillbridge certificate install`, then start the browser again.",
    notLetIn: (browser, origins, where) => `${browser} does not let in ${origins} (${where})`,
    askingFirst: (browsers) => `${browsers}: each asks the user first, or refuses.`,
    lettingIn: (origins) => `Browsers let ${origins} reach this machine.`,
  },
};
