import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from '@prometheus-io/client';
import { droppedLogLines } from '@vestnik/logging';
import { VERSION } from './version.ts';

/** The values that each label may have. */
export type LabelValues<Label extends string> = Readonly<Record<Label, readonly string[]>>;

/** The metrics of one process. A label never holds the id of a user or of a conversation. */
export interface Metrics {
  registry: Registry;
  /**
   * A counter, with every value that each label may have. It starts at 0 for every combination of them: Prometheus would not
   * see the first increase of a series that begins with it.
   */
  counter<Label extends string = never>(name: string, help: string, labels?: LabelValues<Label>): Counter<Label>;
  /** A gauge that reads its value at each scrape. */
  gauge(name: string, help: string, read: () => number | Promise<number>): void;
  /** A gauge with one label, that reads the value of each label at each scrape. */
  gauges(name: string, help: string, label: string, read: () => Promise<Readonly<Record<string, number>>>): void;
  /** A histogram; `buckets` in the unit that its name ends with. */
  histogram<Label extends string = never>(
    name: string,
    help: string,
    buckets: number[],
    labels?: readonly Label[],
  ): Histogram<Label>;
}

/** Creates the metrics of a process, the metrics of Node.js included. All names begin with `vestnik_`. */
export function createMetrics(service: string): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry });
  const common = (name: string, help: string) => ({ name: `vestnik_${name}`, help, registers: [registry] });
  new Gauge({ ...common('build_info', '1; the label tells the version that runs'), labelNames: ['version'] }).set(
    { version: VERSION },
    1,
  );
  new Counter({
    ...common(
      'log_lines_dropped_total',
      'Log lines that could not be written: a full disk, or a reader that does not read',
    ),
    collect() {
      this.reset();
      this.inc(droppedLogLines());
    },
  });
  return {
    registry,
    counter<Label extends string>(name: string, help: string, labels?: LabelValues<Label>) {
      const all = labels ?? ({} as LabelValues<Label>);
      const counter = new Counter<Label>({ ...common(name, help), labelNames: Object.keys(all) as Label[] });
      for (const values of combinationsOf(Object.values(all))) counter.labels(...values).inc(0);
      return counter;
    },
    gauge(name, help, read) {
      new Gauge({
        ...common(name, help),
        async collect() {
          this.set(await read());
        },
      });
    },
    gauges(name, help, label, read) {
      new Gauge({
        ...common(name, help),
        labelNames: [label],
        async collect() {
          for (const [value, number] of Object.entries(await read())) this.set({ [label]: value }, number);
        },
      });
    },
    histogram: (name, help, buckets, labels = []) =>
      new Histogram({ ...common(name, help), buckets, labelNames: [...labels] }),
  };
}

/** Returns every combination of one value for each label. */
function combinationsOf(labels: readonly (readonly string[])[]): string[][] {
  return labels.reduce<string[][]>(
    (found, values) => found.flatMap((others) => values.map((value) => [...others, value])),
    [[]],
  );
}
