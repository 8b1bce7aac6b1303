import { end, nextMessage, startPart } from "./processes.ts";

const VENDOR = "getnet";
export const CURRENCY = "CLP";

/** When bytes came to a terminal and when it sent some, in order. */
export type Moments = { readonly heardMs: readonly number[]; readonly saidMs: readonly number[] };

/** Simulated terminals in another process. */
export type Terminals = {
  /** As they stand in `config.json`. */
  readonly configs: readonly { readonly id: string }[];
  moments(): Promise<ReadonlyMap<string, Moments>>;
  end(): Promise<void>;
};

/** @param customerMs what the customer takes; nothing else takes time at these terminals */
export async function startTerminals(count: number, customerMs: number): Promise<Terminals> {
  const scenario = { gapMs: 0, customerMs, stageMs: 0, stages: "none", batchLimit: 1_000_000 };
  const part = startPart("terminals-process.ts", [VENDOR, String(count), JSON.stringify(scenario)]);
  const ports = await nextMessage<readonly number[]>(part);
  const configs = ports.map((port, index) => ({
    id: `terminal-${index + 1}`,
    vendor: VENDOR,
    link: { type: "tcp", host: "127.0.0.1", port },
    settings: { currency: CURRENCY },
  }));
  return {
    configs,
    moments: async () => {
      part.send("moments");
      const all = await nextMessage<readonly Moments[]>(part);
      return new Map(all.map((moments, index) => [configs[index]?.id ?? "", moments]));
    },
    end: () => end(part),
  };
}
