import { end, nextMessage, startPart } from "./processes.ts";

export const CURRENCY = "CLP";

/** One kind of terminal: how it is simulated, and how the daemon is told of it. */
type Kind = {
  readonly vendor: string;
  readonly medium: "tcp" | "http";
  readonly scenario: object;
  /** What a pairing that was made before has left with the daemon. */
  readonly secret?: object;
};

const PAIRING = "the secret of the pairing";

/** Nothing but the customer takes time at these terminals. */
const STREAM: Kind = {
  vendor: "getnet",
  medium: "tcp",
  scenario: { gapMs: 0, stageMs: 0, stages: "none", batchLimit: 1_000_000 },
};
export const EXCHANGES: Kind = {
  vendor: "poynt",
  medium: "http",
  scenario: { stageMs: 0, currency: CURRENCY, pairedWith: PAIRING },
  secret: { pairing: { version: "paired before", about: {}, value: PAIRING } },
};

/** When bytes came to a terminal and when it sent some, in order. */
export type Moments = { readonly heardMs: readonly number[]; readonly saidMs: readonly number[] };

/** Simulated terminals in another process. */
export type Terminals = {
  /** As they stand in `config.json`. */
  readonly configs: readonly { readonly id: string }[];
  /** Files under `data/secrets`, by name. */
  readonly secrets: Readonly<Record<string, string>>;
  moments(): Promise<ReadonlyMap<string, Moments>>;
  end(): Promise<void>;
};

/** @param customerMs what the customer takes; nothing else takes time at these terminals */
export async function startTerminals(count: number, customerMs: number, kind: Kind = STREAM): Promise<Terminals> {
  const { vendor, medium, secret } = kind;
  const scenario = { ...kind.scenario, customerMs };
  const part = startPart("terminals-process.ts", [vendor, String(count), JSON.stringify(scenario)]);
  const ports = await nextMessage<readonly number[]>(part);
  const configs = ports.map((port, index) => ({
    id: `terminal-${index + 1}`,
    vendor,
    link: { type: medium, host: "127.0.0.1", port },
    settings: { currency: CURRENCY },
  }));
  const secrets = secret === undefined ? [] : configs.map(({ id }) => [`terminal.${id}`, JSON.stringify(secret)]);
  return {
    configs,
    secrets: Object.fromEntries(secrets) as Readonly<Record<string, string>>,
    moments: async () => {
      part.send("moments");
      const all = await nextMessage<readonly Moments[]>(part);
      return new Map(all.map((moments, index) => [configs[index]?.id ?? "", moments]));
    },
    end: () => end(part),
  };
}
