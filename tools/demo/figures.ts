/** A whole number with thousands set apart. */
export function grouped(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** A count with its noun: `1 group`, `3 groups`. */
export function counted(value: number, noun: string, plural = `${noun}s`): string {
  return `${grouped(value)} ${value === 1 ? noun : plural}`;
}
