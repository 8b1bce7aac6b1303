/** Values of labels come from lists that end: vendors, operations, outcomes, configured terminals. Never from a request. */
export type Labels = Readonly<Record<string, string>>;

export type Sample = readonly [labels: Labels, value: number];

/** How values are spread: `counts` holds one for each bound, and one for what is above them all. */
type Spread = { readonly counts: readonly number[]; readonly sum: number; readonly count: number };

export type SpreadSample = readonly [labels: Labels, spread: Spread];

/** What is measured under one name, in a form from which Prometheus' text and OpenTelemetry's messages are both made. */
export type Family =
  | {
      /** `counter`: grows from 0 since the service began. */
      readonly kind: "gauge" | "counter";
      readonly name: string;
      readonly help: string;
      readonly samples: readonly Sample[];
    }
  | {
      readonly kind: "histogram";
      readonly name: string;
      readonly help: string;
      /** Upper bounds, each one within. */
      readonly bounds: readonly number[];
      readonly samples: readonly SpreadSample[];
    };

export function gauge(name: string, help: string, samples: readonly Sample[]): Family {
  return { kind: "gauge", name, help, samples };
}

export function counter(name: string, help: string, samples: readonly Sample[]): Family {
  return { kind: "counter", name, help, samples };
}

/** The one sample of what has no labels. */
export function alone(value: number): readonly Sample[] {
  return [[{}, value]];
}
