import { performance } from "node:perf_hooks";
import { alone, counter, gauge, type Family } from "./family.ts";

/** What this process takes from the machine, under the names that Prometheus' users know. Nothing is measured until somebody asks. */
export function processFamilies(): readonly Family[] {
  const { user, system } = process.cpuUsage();
  const { active } = performance.eventLoopUtilization();
  return [
    gauge("process_resident_memory_bytes", "Memory of the service.", alone(process.memoryUsage.rss())),
    counter("process_cpu_seconds_total", "Time of processors that the service took.", alone((user + system) / 1e6)),
    gauge(
      "process_start_time_seconds",
      "When the service began: counters are 0 at that moment.",
      alone(Math.round(performance.timeOrigin) / 1_000),
    ),
    counter(
      "tillbridge_event_loop_busy_seconds_total",
      "Time in which the service's main thread was at work: near 1 a second, everybody waits for it.",
      alone(active / 1_000),
    ),
  ];
}
