import { ValueType, type HrTime } from "@opentelemetry/api";
import { AggregationTemporality, DataPointType, type MetricData } from "@opentelemetry/sdk-metrics";
import type { Family, Labels } from "../metrics/family.ts";

/** The same figures under the same names as for Prometheus, so that a chain has one set of charts, whichever way they come. */
export function metricData(families: readonly Family[], began: HrTime, now: HrTime): MetricData[] {
  return families.map((family) => dataOf(family, began, now));
}

function dataOf(family: Family, began: HrTime, now: HrTime): MetricData {
  const { name, help } = family;
  const descriptor = { name, description: help, unit: unitOf(name), valueType: ValueType.DOUBLE };
  const common = { descriptor, aggregationTemporality: AggregationTemporality.CUMULATIVE };
  const point = <Value>(labels: Labels, value: Value) => ({
    startTime: began,
    endTime: now,
    attributes: { ...labels },
    value,
  });
  switch (family.kind) {
    case "gauge":
      return {
        ...common,
        dataPointType: DataPointType.GAUGE,
        dataPoints: family.samples.map(([labels, value]) => point(labels, value)),
      };
    case "counter":
      return {
        ...common,
        dataPointType: DataPointType.SUM,
        isMonotonic: true,
        dataPoints: family.samples.map(([labels, value]) => point(labels, value)),
      };
    case "histogram":
      return {
        ...common,
        dataPointType: DataPointType.HISTOGRAM,
        dataPoints: family.samples.map(([labels, { counts, sum, count }]) =>
          point(labels, { buckets: { boundaries: [...family.bounds], counts: [...counts] }, sum, count }),
        ),
      };
  }
}

function unitOf(name: string): string {
  if (/_seconds(_total)?$/.test(name)) return "s";
  return name.endsWith("_bytes") ? "By" : "1";
}
