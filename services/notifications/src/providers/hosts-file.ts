import type { LookupAddress } from 'node:dns';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';

/** The system's file of names and addresses, which DNS does not know. */
export interface HostsFile {
  /** Returns the addresses of a name in lower case; none for a name that the file does not have. */
  find(name: string): Promise<LookupAddress[]>;
}

const PATH = process.platform === 'win32' ? 'C:\\Windows\\System32\\drivers\\etc\\hosts' : '/etc/hosts';
/** Milliseconds for which the contents of the file are kept. */
const KEEP_MS = 10_000;

/** Creates a reader of the hosts file. It reads the file again when a change may be 10 s old. */
export function createHostsFile(path: string = PATH): HostsFile {
  let entries: Promise<Map<string, LookupAddress[]>> | undefined;
  let readAt = 0;
  return {
    async find(name) {
      if (entries === undefined || Date.now() - readAt > KEEP_MS) {
        readAt = Date.now();
        entries = readFile(path, 'utf8').then(parseHosts, () => new Map<string, LookupAddress[]>());
      }
      return (await entries).get(name) ?? [];
    },
  };
}

/** Parses a hosts file: an address and its names on each line, and comments behind `#`. */
export function parseHosts(text: string): Map<string, LookupAddress[]> {
  const entries = new Map<string, LookupAddress[]>();
  for (const line of text.split('\n')) {
    const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    const family = isIP(address);
    if (family === 0) continue;
    for (const name of names.map((spelling) => spelling.toLowerCase())) {
      entries.set(name, [...(entries.get(name) ?? []), { address, family }]);
    }
  }
  return entries;
}
