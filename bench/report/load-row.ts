import type { ConnectReport, RequestReport } from '../load/plan.ts';
import type { Measurement } from '../measure/run-load.ts';
import type { SystemName } from '../systems/running-system.ts';
import { counted, cpuOf, type Row } from './row.ts';

/** A row before it has figures. */
export type RowHead = { scenario: string; system: SystemName; title: string };

/** The row of requests that callers made one after the other. */
export function requestsRow(head: RowHead, { report, cpu, loadCores, otherCores }: Measurement<RequestReport>): Row {
  const { cpu_us, cpu_s_per_1000 } = cpuOf(cpu, report.requests);
  return {
    ...head,
    figures: {
      requests_per_second: report.requests / report.seconds,
      p50_ms: report.latency.p50,
      p99_ms: report.latency.p99,
      max_ms: report.latency.max,
      cpu_s_per_1000,
    },
    cpu_us,
    load_cores: loadCores,
    other_cores: otherCores,
    faults: counted(report.failed, 'status'),
  };
}

/** The row of sockets that clients opened. */
export function connectsRow(head: RowHead, { report, cpu, loadCores, otherCores }: Measurement<ConnectReport>): Row {
  const { cpu_us, cpu_s_per_1000 } = cpuOf(cpu, report.connects);
  return {
    ...head,
    figures: {
      connects_per_second: report.connects / report.seconds,
      sockets: report.connects,
      p50_ms: report.latency.p50,
      p99_ms: report.latency.p99,
      max_ms: report.latency.max,
      cpu_s_per_1000,
    },
    cpu_us,
    load_cores: loadCores,
    other_cores: otherCores,
    faults: counted(report.failed, ''),
  };
}
