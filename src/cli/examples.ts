import type { CommandSyntax } from "./command-syntax.ts";

/** How each command is typed, by its words. */
export const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  daemon: ["daemon --home ./try --port 0 --verbose"],
  status: ["status", "status --json"],
  doctor: ["doctor", "doctor --json"],
  open: ["open"],
  practice: ["practice --amount 1500 --currency CLP", "practice VENDOR --amount 15.00 --currency USD"],
  bundle: ["bundle --out support.tar.gz"],
  "trace show": ["trace --terminal counter-1", "trace --out recording.jsonl"],
  "trace replay": ["trace replay recording.jsonl"],
  "terminals list": ["terminals"],
  "terminals show": ["terminals show counter-1"],
  "terminals add": [
    "terminals add counter-1 --vendor VENDOR --serial /dev/ttyACM0 --setting currency=EUR",
    "terminals add counter-2 --vendor VENDOR --http 192.168.1.40:55555 --pair",
    "terminals add counter-3 --vendor VENDOR --cloud --secret-setting accessToken=cloud-token",
  ],
  "terminals update": ["terminals update counter-1 --baud-rate 9600", "terminals update counter-1 --disable"],
  "terminals remove": ["terminals remove counter-1"],
  "terminals pair": ["terminals pair counter-2 --code ZHED2L"],
  "terminals poll": ["terminals poll counter-1"],
  "terminals lift-fence": ['terminals lift-fence counter-1 --reason "acquirer confirms tomorrow"'],
  discover: ["discover --seconds 20", "discover --watch"],
  callbacks: ["callbacks"],
  "pos list": ["pos"],
  "pos add": ["pos add till-1", "pos add till-1 --scopes status pay --limit sale=500.00EUR"],
  "pos set": ["pos set till-1 --limit refund=50.00EUR/day"],
  "pos revoke": ["pos revoke till-1"],
  "pos pair": ["pos pair till-1 ABCD2345"],
  sale: ["sale --terminal counter-1 --amount 12.50 --currency EUR --reference ticket-7"],
  refund: ["refund --terminal counter-1 --original TRANSACTION"],
  void: ["void --terminal counter-1 --original TRANSACTION"],
  preauthorize: ["preauthorize --terminal counter-1 --amount 200.00 --currency EUR"],
  capture: ["capture --terminal counter-1 --original TRANSACTION --amount 180.00 --currency EUR"],
  adjust: ["adjust --terminal counter-1 --original TRANSACTION --amount 55.00 --tip 5.00 --currency EUR"],
  reconcile: ["reconcile --terminal counter-1"],
  "transactions list": ["transactions --terminal counter-1 --limit 20", "transactions --outcome unknown"],
  "transactions show": ["transactions show TRANSACTION", "transactions show REQUEST --request-id"],
  "transactions timeline": ["transactions timeline TRANSACTION"],
  "transactions cancel": ["transactions cancel TRANSACTION"],
  "transactions resolve": [
    'transactions resolve TRANSACTION --outcome approved --reason "receipt 004711 is in its journal"',
  ],
  simulate: ["simulate VENDOR --tcp 7000", "simulate VENDOR --http 0 --advertise"],
  "secret list": ["secret"],
  "secret set": ["secret set cloud-token < token.txt"],
  "secret remove": ["secret remove cloud-token"],
  "config show": ["config"],
  "config path": ["config path"],
  "config check": ["config check"],
  "config set": ["config set server.port 9000"],
  "journal verify": ["journal verify"],
  "journal export": ["journal export --out journal.jsonl --from 2026-03-01"],
  "journal start-new": ['journal start-new --reason "the disk broke, nothing is left"'],
  "journal adopt": ['journal adopt --reason "disk broke, backup of last night"'],
  "certificate status": ["certificate"],
  "certificate install": ["certificate install --name till-pc.local"],
  "certificate renew": ["certificate renew"],
  "certificate remove": ["certificate remove"],
  "browser status": ["browser"],
  "browser allow": ["browser allow https://pos.example.com --dry-run"],
  "browser remove": ["browser remove https://pos.example.com"],
  "service status": ["service"],
  "service install": ["service install"],
  "service uninstall": ["service uninstall"],
  "service start": ["service start"],
  "service stop": ["service stop"],
  "update check": ["update"],
  "update apply": ["update apply ./downloads --wait 300"],
  completion: ["completion bash", "completion fish > ~/.config/fish/completions/tillbridge.fish"],
};

/** Shown below the help of a command. */
export function examplesOf({ words }: CommandSyntax): string {
  const examples = EXAMPLES[wordsAlone(words)] ?? [];
  if (examples.length === 0) return "";
  const lines = examples.map((example) => `  tillbridge ${example}`);
  return ["", examples.length === 1 ? "Example:" : "Examples:", ...lines].join("\n");
}

/** `terminals show` of `terminals show <ID>` */
export function wordsAlone(words: string): string {
  return words
    .split(" ")
    .filter((word) => !/^[<[]/.test(word))
    .join(" ");
}
