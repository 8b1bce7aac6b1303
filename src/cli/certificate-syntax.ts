import { option, type CommandSyntax } from "./command-syntax.ts";

const certificate = () => import("./commands/certificate.ts");

export const CERTIFICATE: readonly CommandSyntax[] = [
  {
    words: "certificate status",
    what: "which one is in use, until when, and what each browser thinks of it",
    isDefault: true,
    load: async () => (await certificate()).status,
  },
  {
    words: "certificate install",
    what: "make one on this machine, and let its browsers trust it",
    options: [
      {
        ...option("--name <NAME>", "a name or address that other machines use; server.lan.names where none is given"),
        repeatable: true,
      },
    ],
    load: async () => (await certificate()).install,
  },
  {
    words: "certificate renew",
    what: "go on with the next one now, if its time has come; touches nothing else",
    load: async () => (await certificate()).renew,
  },
  {
    words: "certificate remove",
    what: "take it away, and everybody's trust in it",
    load: async () => (await certificate()).remove,
  },
];
