import { BROWSER } from "./browser-syntax.ts";
import { CERTIFICATE } from "./certificate-syntax.ts";
import { option, type CommandSyntax, type OptionSyntax } from "./command-syntax.ts";
import { POS_OPTIONS } from "./pos-options.ts";
import { SUPERVISION } from "./supervision-syntax.ts";
import { CURRENCY, OPERATOR, TRANSACTIONS } from "./transactions-syntax.ts";
import { UPDATE } from "./update-syntax.ts";

const payments = () => import("./commands/payment.ts");
const TERMINAL = option("--terminal <ID>", "where");
const AMOUNT = option("--amount <AMOUNT>", "as 12.50");
const ORIGINAL = option("--original <TRANSACTION>", "the transaction that it is about");
const ASKED_WITH = [
  option("--reference <TEXT>", "your own ticket or order number"),
  option("--request-id <ID>", "asks again for an earlier request; a new UUID where it is not given"),
  option("--language <CODE>", "of the cardholder, as es"),
  option("--timeout <SECONDS>", "for the terminal's answer, where its own limit is not longer"),
  option("--despite <TRANSACTION>", "although this one with the same reference is in doubt"),
];
const ON_TOP = [
  option("--tip <AMOUNT>", "on top of the amount"),
  option("--cashback <AMOUNT>", "on top of the amount"),
  option("--installments <N>", "as agreed with the customer"),
];

const PAYMENTS: readonly CommandSyntax[] = [
  {
    words: "sale",
    what: "take a payment",
    options: [TERMINAL, AMOUNT, CURRENCY, ...ON_TOP, ...ASKED_WITH],
    load: async () => (await payments()).sale,
  },
  {
    words: "refund",
    what: "give money back: all of --original, or --amount",
    options: [TERMINAL, ORIGINAL, AMOUNT, CURRENCY, ...ASKED_WITH],
    load: async () => (await payments()).refund,
  },
  {
    words: "void",
    what: "take back a payment of the open batch",
    options: [TERMINAL, ORIGINAL, AMOUNT, CURRENCY, ...ASKED_WITH],
    load: async () => (await payments()).voiding,
  },
  {
    words: "preauthorize",
    what: "reserve money",
    options: [TERMINAL, AMOUNT, CURRENCY, ...ASKED_WITH],
    load: async () => (await payments()).preauthorize,
  },
  {
    words: "capture",
    what: "take money that is reserved",
    options: [TERMINAL, ORIGINAL, AMOUNT, CURRENCY, ...ASKED_WITH],
    load: async () => (await payments()).capture,
  },
  {
    words: "adjust",
    what: "change the amount of a payment, as for a tip",
    options: [TERMINAL, ORIGINAL, AMOUNT, CURRENCY, ...ON_TOP, ...ASKED_WITH],
    load: async () => (await payments()).adjust,
  },
  {
    words: "reconcile",
    what: "close the batch of a terminal",
    options: [TERMINAL, ...ASKED_WITH],
    load: async () => (await payments()).reconcile,
  },
];

const terminals = () => import("./commands/terminals.ts");

/** How a terminal is reached, and how it is set up. */
const TERMINAL_OPTIONS: readonly OptionSyntax[] = [
  option("--tcp <HOST:PORT>", "on the network"),
  option("--http <HOST:PORT>", "on the network, with HTTP"),
  option("--mdns <tcp|http>:<NAME>", "on the network, by the name that it announces"),
  option("--serial <PATH>", "at a serial port"),
  option("--usb <VENDOR[:PRODUCT[:SERIAL]]>", "on USB, at whatever port: as 2fb8:2001:A920-0001"),
  option("--cloud [BASEURL]", "at the vendor's servers, or at https://HOST/PATH in their place"),
  option("--find <tcp|http|serial>", "wherever it is, by its --serial-number"),
  option("--baud-rate <N>", "of the serial port, 50 to 4000000"),
  option("--link <JSON>", "any other way, as in config.json"),
  option("--serial-number <TEXT>", "of the device, as it tells it; another one in its place takes no payment"),
  { ...option("--setting <NAME=VALUE>", "of the vendor, as currency=CLP; may be repeated"), repeatable: true },
  {
    ...option(
      "--secret-setting <NAME=SECRET>",
      "of the vendor, kept by `tillbridge secret set SECRET`; may be repeated",
    ),
    repeatable: true,
  },
  option("--name <TEXT>", "for people"),
];

const TERMINALS: readonly CommandSyntax[] = [
  { words: "terminals list", what: "all of them", isDefault: true, load: async () => (await terminals()).list },
  { words: "terminals show <ID>", what: "one of them", load: async () => (await terminals()).show },
  {
    words: "terminals add <ID>",
    what: "configure one",
    options: [
      option("--vendor <NAME>", "whose protocol it speaks"),
      ...TERMINAL_OPTIONS,
      option("--pair", "pair it at once, where it has to be, without a question"),
    ],
    load: async () => (await terminals()).add,
  },
  {
    words: "terminals update <ID>",
    what: "change what is said; the rest stays as it is",
    options: [
      ...TERMINAL_OPTIONS,
      option("--forget-serial-number", "take the next device that answers for this terminal"),
      option("--disable", "do not use it, and do not forget it"),
      option("--enable", "use it again"),
    ],
    load: async () => (await terminals()).update,
  },
  {
    words: "terminals remove <ID>",
    what: "forget one; its transactions stay",
    load: async () => (await terminals()).remove,
  },
  {
    words: "terminals pair <ID>",
    what: "the vendor's own pairing",
    options: [option("--code <CODE>", "as shown on the terminal")],
    load: async () => (await terminals()).pair,
  },
  {
    words: "terminals poll <ID>",
    what: "ask the terminal whether it is there; moves no money",
    load: async () => (await terminals()).poll,
  },
  {
    words: "terminals lift-fence <ID>",
    what: "let it work although a transaction is in doubt",
    options: [
      option("--reason <TEXT>", "why it may"),
      OPERATOR,
      option("--transaction <ID>", "the one in doubt; the terminal's fence tells it"),
    ],
    load: async () => (await terminals()).liftFence,
  },
];

const pos = () => import("./commands/pos.ts");

const POS: readonly CommandSyntax[] = [
  { words: "pos list", what: "the POS programs that are known", isDefault: true, load: async () => (await pos()).list },
  {
    words: "pos add <NAME>",
    what: "a pairing code for a POS program, good for 2 minutes",
    options: [...POS_OPTIONS, option("--token", "a token at once, for scripts")],
    load: async () => (await pos()).add,
  },
  {
    words: "pos set <NAME>",
    what: "change what is said of a POS program; the rest stays as it is, its token as well",
    options: [
      ...POS_OPTIONS,
      option("--not-shared", "one installation alone"),
      option("--not-lan", "from this machine alone"),
      option("--forget-limits", "no limits any more"),
      option("--forget-signing-key", "its payments need no signature any more"),
    ],
    load: async () => (await pos()).set,
  },
  { words: "pos revoke <NAME>", what: "take its token away", load: async () => (await pos()).revoke },
  {
    words: "pos pair <NAME> <CODE>",
    what: "what a POS does with its code, for trying it out; prints the token",
    load: async () => (await pos()).pair,
  },
];

const secret = () => import("./commands/secret.ts");
const config = () => import("./commands/config.ts");

const OFFLINE: readonly CommandSyntax[] = [
  { words: "secret list", what: "the names of the secrets", isDefault: true, load: async () => (await secret()).list },
  {
    words: "secret set <NAME>",
    what: "store one; reads its value from standard input",
    load: async () => (await secret()).set,
  },
  { words: "secret remove <NAME>", what: "forget one", load: async () => (await secret()).remove },
  { words: "config show", what: "all fields, with defaults", isDefault: true, load: async () => (await config()).show },
  { words: "config path", what: "where the file lies", load: async () => (await config()).path },
  {
    words: "config check",
    what: "whether it is right, and else what is wrong",
    load: async () => (await config()).check,
  },
  {
    words: "config set <FIELD> <VALUE>",
    what: "change a field, as server.port 9000",
    load: async () => (await config()).set,
  },
  {
    words: "journal verify",
    what: "whether every fact is whole and in order",
    options: [option("--expect <HASH>", "of a checkpoint that was kept elsewhere: it has to be one of this journal's")],
    isDefault: true,
    load: async () => (await import("./commands/journal.ts")).verify,
  },
  {
    words: "journal export",
    what: "all of it in lines of JSON, for an auditor",
    options: [
      option("--out <FILE>", "a new file; else standard output"),
      option(
        "--from <TIME>",
        "payments created at this time or later in full, RFC 3339; of the others only the hashes",
      ),
      option("--to <TIME>", "payments created before this time in full"),
    ],
    load: async () => (await import("./commands/journal.ts")).exportAll,
  },
  {
    words: "journal start-new",
    what: "begin an empty one, and put aside what is there; with the service stopped",
    options: [option("--reason <TEXT>", "why; kept for ever"), OPERATOR],
    load: async () => (await import("./commands/journal-change.ts")).startNew,
  },
  {
    words: "journal adopt",
    what: "go on with the older or other one that is there; with the service stopped",
    options: [option("--reason <TEXT>", "why; kept for ever"), OPERATOR],
    load: async () => (await import("./commands/journal-change.ts")).adopt,
  },
];

const TRACE: readonly CommandSyntax[] = [
  {
    words: "trace show",
    what: "what is said between the daemon and the terminals, live until Ctrl-C; no card number and no secret is in it",
    isDefault: true,
    options: [
      option("--terminal <ID>", "of this terminal alone"),
      option("--out <FILE>", "what the daemon has kept in memory, in place of what comes: a new file"),
    ],
    load: async () => (await import("./commands/trace.ts")).trace,
  },
  {
    words: "trace replay <FILE>",
    what: "play a recording to the drivers of this version: whether they would do the same",
    load: async () => (await import("./commands/trace-replay.ts")).traceReplay,
  },
];

const SIMULATE: CommandSyntax = {
  words: "simulate <VENDOR>",
  what: "a terminal that is not there, for trying things out",
  options: [
    option("--tcp <PORT>", "listens on 127.0.0.1, or on HOST:PORT; 0 takes a free port"),
    option("--http <PORT>", "the same, for a terminal that speaks HTTP"),
    option("--serial <PATH>", "on a serial device or pseudo-terminal that is there"),
    option("--baud-rate <N>", "of the serial device, 50 to 4000000"),
    option("--pty [LINK]", "makes a pseudo-terminal, and a symbolic link to it where one is named"),
    option("--scenario <FILE>", "how it misbehaves: JSON, as docs/simulator.md tells"),
    option("--ledger <FILE>", "gets one JSON line for each movement of money"),
    option("--memory <FILE>", "what it remembers when it is started again"),
    option("--advertise", "lets `tillbridge discover` find it"),
    {
      ...option("--setting <NAME=VALUE>", "with --advertise: of the terminal to be added, as currency=CLP"),
      repeatable: true,
    },
    { ...option("--second-client <WHAT>", "what becomes of a second connection"), oneOf: ["replaces", "refused"] },
  ],
  load: async () => (await import("./commands/simulate.ts")).simulate,
};

/** What a group of commands is about. */
export const GROUPS: Readonly<Record<string, string>> = {
  terminals: "the card terminals",
  pos: "the POS programs",
  transactions: "what was asked for, and what became of it",
  secret: "vendor tokens and the like, kept out of config.json",
  config: "config.json",
  journal: "the memory of money",
  trace: "what was said between the daemon and the terminals",
  browser: "what the browsers of this machine let web pages do",
  certificate: "the certificate for wss",
  service: "Tillbridge as a service of this machine",
  update: "another version in place of the one that runs",
};

/** Every command, in the order of the help. */
export const COMMANDS: readonly CommandSyntax[] = [
  {
    words: "daemon",
    what: "run the service in the foreground",
    options: [
      option("--port <N>", "in place of server.port; 0 takes a free one"),
      option("--verbose", "show the log on standard error"),
    ],
    load: async () => (await import("./commands/daemon.ts")).daemon,
  },
  {
    words: "status",
    what: "daemon, terminals, open and in-doubt transactions, at a glance",
    load: async () => (await import("./commands/status.ts")).status,
  },
  {
    words: "doctor",
    what: "what is wrong with this machine, its network and the terminals, and what to do about it; ends with 1 where something is at fault",
    options: [
      option("--terminal <ID>", "what concerns this terminal alone"),
      option("--language <CODE>", "of the words: en, es, pt or de"),
    ],
    load: async () => (await import("./commands/doctor.ts")).doctor,
  },
  {
    words: "open",
    what: "the technician's page in your browser, logged in",
    options: [option("--print", "the address alone: it is good once, for one minute, on this machine")],
    load: async () => (await import("./commands/open.ts")).open,
  },
  {
    words: "practice [VENDOR]",
    what: "a payment at a simulated terminal that is there for it alone: no money moves",
    options: [AMOUNT, CURRENCY],
    load: async () => (await import("./commands/practice.ts")).practice,
  },
  ...TERMINALS,
  {
    words: "discover",
    what: "what looks like a terminal: in the network, at serial ports, on USB, in accounts with vendors; and the command that adds it",
    options: [
      option("--seconds <N>", "how long to look, 1 to 300"),
      option("--watch", "again and again, until Ctrl-C"),
    ],
    load: async () => (await import("./commands/discover.ts")).discover,
  },
  {
    words: "callbacks",
    what: "where vendors' clouds and terminals may call: what is pasted into the vendors' own pages; keep it secret",
    load: async () => (await import("./commands/callbacks.ts")).callbacks,
  },
  ...POS,
  ...PAYMENTS,
  ...TRANSACTIONS,
  SIMULATE,
  ...TRACE,
  {
    words: "bundle",
    what: "one archive with all that support needs and no secret in it, with the daemon running or stopped",
    options: [option("--out <FILE>", "where to; otherwise a name with the time in it, in this folder")],
    load: async () => (await import("./commands/bundle.ts")).bundle,
  },
  ...OFFLINE,
  ...CERTIFICATE,
  ...BROWSER,
  ...SUPERVISION,
  ...UPDATE,
  {
    words: "completion <SHELL>",
    what: "the script that makes bash, zsh, fish or powershell complete this command",
    load: async () => (await import("./commands/completion.ts")).completion,
  },
  {
    words: "complete [WORDS...]",
    what: "for a shell: what may stand at the cursor",
    isHidden: true,
    options: [option("--shell <NAME>", "which one"), option("--word <TEXT>", "what stands at the cursor")],
    load: async () => (await import("./commands/completion.ts")).candidatesOf({ commands: COMMANDS, groups: GROUPS }),
  },
];
