import type { ExaminedTerminal, ServedTerminal } from "../../../src/doctor/terminals/examined.ts";

export const served = (state: ServedTerminal["state"], more: Partial<ServedTerminal> = {}): ServedTerminal => ({
  id: "counter-1",
  link: {},
  state,
  queue: 0,
  ...more,
});

type Known = Partial<Pick<ExaminedTerminal, "link" | "faults" | "served">> & {
  readonly disabled?: boolean;
  readonly settings?: ExaminedTerminal["config"]["settings"];
};

/** A terminal of the name `counter-1`, at a place in the network where nothing else is said. */
export function knownTerminal({ link, faults = [], served: own, disabled, settings }: Known = {}): ExaminedTerminal {
  const whole = link ?? { type: "tcp", host: "192.168.1.41", port: 7000 };
  return {
    config: {
      id: "counter-1",
      vendor: "acme",
      link: whole,
      ...(disabled === undefined ? {} : { disabled }),
      ...(settings === undefined ? {} : { settings }),
    },
    index: 0,
    link: whole,
    faults,
    served: own,
  };
}
