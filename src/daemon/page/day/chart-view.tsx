import { useEffect, useRef, useState } from "preact/hooks";
import { clockTime } from "../times.ts";
import type { ViewProps } from "../view.ts";
import { draw, type Chart, type ChartKind, type ChartLook } from "./chart.ts";
import { totalOf, type ChartData } from "./figures.ts";
import { DAY_WORDS } from "./words.ts";

/** A chart, what its colours mean, and the same in a table that can be read aloud. */
export function ChartView(
  props: ViewProps & {
    readonly title: string;
    readonly hint: string;
    readonly kind: ChartKind;
    readonly data: ChartData;
    /** Whether the columns of the table can be added up. */
    readonly adds: "adds" | "notAdded";
  },
) {
  const { language, title, hint, kind, data, adds } = props;
  const own = DAY_WORDS[language];
  const place = useRef<HTMLDivElement>(null);
  const look = useLook();
  const [isDrawn, setDrawn] = useState(true);
  useEffect(() => {
    const here = place.current;
    if (here === null) return undefined;
    let chart: Chart | undefined;
    try {
      chart = draw(here, kind, data, lookOf(here), here.clientWidth);
      setDrawn(true);
    } catch {
      // A browser without a canvas: the table is there.
      setDrawn(false);
      return undefined;
    }
    const drawn = chart;
    const watch = new ResizeObserver(() => drawn.resize(here.clientWidth));
    watch.observe(here);
    return () => {
      watch.disconnect();
      drawn.destroy();
    };
  }, [kind, data, look]);
  return (
    <section class="panel">
      <h2>{title}</h2>
      <p class="muted">{hint}</p>
      <ul class="chips legend" aria-hidden="true">
        {data.series.map(({ name, tone }, index) => (
          <li key={name}>
            <span class={`swatch swatch-${tone} ${kind === "lines" ? `swatch-line-${index}` : ""}`} />
            {name}
          </li>
        ))}
      </ul>
      {isDrawn ? null : <p>{own.notDrawn}</p>}
      <div ref={place} class="chart" aria-hidden="true" />
      <details>
        <summary>{own.table}</summary>
        <ChartTable {...props} data={data} title={title} adds={adds} />
      </details>
    </section>
  );
}

function ChartTable(
  props: ViewProps & { readonly data: ChartData; readonly title: string; readonly adds: "adds" | "notAdded" },
) {
  const { language, data, title, adds } = props;
  const { times, series } = data;
  const own = DAY_WORDS[language];
  const nowMs = Date.now();
  return (
    <div class="table-frame" tabIndex={0} role="region" aria-label={title}>
      <table>
        <caption class="visually-hidden">{title}</caption>
        <thead>
          <tr>
            <th scope="col">{own.hour}</th>
            {series.map(({ name }) => (
              <th key={name} scope="col" class="number">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {times.map((time, index) =>
            series.every(({ values }) => (values[index] ?? 0) === 0) ? null : (
              <tr key={time}>
                <th scope="row">
                  {clockTime(new Date(time * 1_000).toISOString(), nowMs, language).replace(/:\d\d(?=\D*$)/, "")}
                </th>
                {series.map(({ name, values }) => (
                  <td key={name} class="number">
                    {values[index] ?? "–"}
                  </td>
                ))}
              </tr>
            ),
          )}
        </tbody>
        {adds === "notAdded" ? null : (
          <tfoot>
            <tr>
              <th scope="row">{own.total}</th>
              {series.map((each) => (
                <td key={each.name} class="number">
                  {totalOf(each)}
                </td>
              ))}
            </tr>
          </tfoot>
        )}
      </table>
    </div>
  );
}

/** A canvas does not hear of another look by itself: it is drawn anew. */
function useLook(): number {
  const [changes, setChanges] = useState(0);
  useEffect(() => {
    const changed = () => setChanges((before) => before + 1);
    const system = matchMedia("(prefers-color-scheme: dark)");
    system.addEventListener("change", changed);
    const watch = new MutationObserver(changed);
    watch.observe(document.documentElement, { attributes: true, attributeFilter: ["data-look"] });
    return () => {
      system.removeEventListener("change", changed);
      watch.disconnect();
    };
  }, []);
  return changes;
}

/** The look's colours as they are now: a variable may stand for two of them, and only a real property tells which. */
function lookOf(place: HTMLElement): ChartLook {
  const probe = document.createElement("span");
  place.append(probe);
  const colors = new Map<string, string>();
  for (const tone of ["good", "warning", "bad", "active", "muted", "line", "text"]) {
    probe.style.color = `var(--${tone})`;
    colors.set(tone, getComputedStyle(probe).color);
  }
  probe.remove();
  const { fontFamily } = getComputedStyle(place);
  return {
    color: (tone) => colors.get(tone === "quiet" ? "muted" : tone) ?? "gray",
    font: `12px ${fontFamily}`,
  };
}
