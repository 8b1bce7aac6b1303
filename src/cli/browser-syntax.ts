import { option, type CommandSyntax } from "./command-syntax.ts";

const browser = () => import("./commands/browser.ts");
const DRY_RUN = option("--dry-run", "only show what would be written");

export const BROWSER: readonly CommandSyntax[] = [
  {
    words: "browser status",
    what: "which pages may reach this machine, in which browser",
    isDefault: true,
    load: async () => (await browser()).status,
  },
  {
    words: "browser allow [ORIGIN...]",
    what: "let pages of these origins reach this machine without a question; those of server.allowedOrigins where none is named",
    options: [DRY_RUN],
    load: async () => (await browser()).allow,
  },
  {
    words: "browser remove [ORIGIN...]",
    what: "take that back; for all where none is named",
    options: [DRY_RUN],
    load: async () => (await browser()).remove,
  },
];
