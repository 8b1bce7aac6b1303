import { option, type CommandSyntax } from "./command-syntax.ts";

const service = () => import("./commands/service.ts");

/** `tillbridge service`. */
export const SUPERVISION: readonly CommandSyntax[] = [
  {
    words: "service status",
    what: "whether the installed service runs, since when, and whether it takes payments",
    isDefault: true,
    load: async () => (await service()).status,
  },
  {
    words: "service install",
    what: "make a service of this unpacked program: it runs now, and after every start of the machine",
    load: async () => (await service()).install,
  },
  {
    words: "service uninstall",
    what: "take the service away; configuration and data stay",
    options: [option("--purge", "the configuration, the data and the journal of all payments as well")],
    load: async () => (await service()).uninstall,
  },
  { words: "service start", what: "start it now", load: async () => (await service()).start },
  {
    words: "service stop",
    what: "end it, when no payment is open",
    load: async () => (await service()).stop,
  },
];
