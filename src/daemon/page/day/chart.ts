/** The one place that knows the library that draws charts. */
import uPlot from "uplot";
import { stacked, type ChartData, type SeriesTone } from "./figures.ts";

export type ChartKind = "stack" | "lines";

export type ChartLook = { readonly color: (tone: SeriesTone | "line" | "muted") => string; readonly font: string };

export type Chart = { resize(width: number): void; destroy(): void };

const HEIGHT = 220;
const DASHES: readonly (readonly number[])[] = [[], [6, 4], [2, 3]];
const HOUR_SECONDS = 3_600;
const BAR_WIDTH = 0.7;
const BAR_MOST_PX = 48;

/** Draws into a place of the page. The words beside it and the table are the view's. */
export function draw(place: HTMLElement, kind: ChartKind, data: ChartData, look: ChartLook, width: number): Chart {
  const { times, series } = data;
  const rows = kind === "stack" ? stacked(data) : series.map(({ values }) => values.map((value) => value ?? null));
  // Bars that hide what they stand on: the tallest is drawn first.
  const order =
    kind === "stack" ? series.map((_, index) => series.length - 1 - index) : series.map((_, index) => index);
  const bars = uPlot.paths.bars?.({ size: [BAR_WIDTH, BAR_MOST_PX], align: 1 });
  const axis = {
    stroke: look.color("muted"),
    font: look.font,
    grid: { stroke: look.color("line"), width: 1 },
    ticks: { stroke: look.color("line"), width: 1 },
  };
  const first = times[0] ?? 0;
  const chart = new uPlot(
    {
      width,
      height: HEIGHT,
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: { time: true, range: () => [first, (times.at(-1) ?? first) + HOUR_SECONDS] },
        y: { range: (_chart, _low, high) => [0, Math.max(1, Math.ceil((high || 0) * 1.1))] },
      },
      axes: [
        { ...axis, values: (_chart, ticks) => ticks.map((tick) => hourOf(tick)) },
        { ...axis, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000], size: 44 },
      ],
      series: [
        {},
        ...order.map((index): uPlot.Series => {
          const color = look.color(series[index]?.tone ?? "text");
          if (kind === "stack")
            return {
              stroke: color,
              fill: color,
              width: 0,
              points: { show: false },
              ...(bars === undefined ? {} : { paths: bars }),
            };
          return {
            stroke: color,
            width: 2,
            dash: [...(DASHES[index] ?? [])],
            points: { show: true, size: 5, fill: color },
          };
        }),
      ],
    },
    [[...times], ...order.map((index) => [...(rows[index] ?? [])])],
    place,
  );
  return {
    resize: (next) => chart.setSize({ width: next, height: HEIGHT }),
    destroy: () => chart.destroy(),
  };
}

function hourOf(seconds: number): string {
  const time = new Date(seconds * 1_000);
  return `${time.getHours()}:${String(time.getMinutes()).padStart(2, "0")}`;
}
