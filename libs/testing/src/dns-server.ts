import { createSocket, type RemoteInfo } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';

/** The addresses of one name; `never` leaves the query without an answer. */
interface NameAnswer {
  ipv4: string[] | 'never';
  ipv6: string[] | 'never';
}

/** A DNS server on loopback. It never answers for names that end in `hang.test`, and knows no others but the given. */
export interface DnsServer {
  /** Address and port. */
  address: string;
  /** Names that were queried, each as often as it was. */
  queried: string[];
  answer(name: string, answer: NameAnswer): void;
  stop(): Promise<void>;
}

const HEADER_BYTES = 12;
const TYPE_A = 1;
const TYPE_AAAA = 28;
const NOT_FOUND = 3;

/** Starts a DNS server. */
export async function startDnsServer(): Promise<DnsServer> {
  const names = new Map<string, NameAnswer>();
  const queried: string[] = [];
  const socket = createSocket('udp4');
  socket.on('message', (query: Buffer, from: RemoteInfo) => {
    const { name, type, end } = readQuestion(query);
    queried.push(name);
    if (name.endsWith('hang.test')) return;
    const known = names.get(name);
    const addresses = type === TYPE_A ? known?.ipv4 : type === TYPE_AAAA ? known?.ipv6 : [];
    if (addresses === 'never') return;
    socket.send(reply(query.subarray(0, end), known ? 0 : NOT_FOUND, addresses ?? []), from.port, from.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    address: `127.0.0.1:${socket.address().port}`,
    queried,
    answer: (name, answer) => void names.set(name, answer),
    async stop() {
      socket.close();
      await once(socket, 'close');
    },
  };
}

function readQuestion(query: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 };
}

function reply(question: Buffer, code: number, addresses: string[]): Buffer {
  const head = Buffer.from(question);
  head.writeUInt16BE(0x8180 | code, 2);
  head.writeUInt16BE(addresses.length, 6);
  head.writeUInt32BE(0, 8);
  return Buffer.concat([head, ...addresses.map(record)]);
}

/** One answer for the name in the question, kept for 0 s. */
function record(address: string): Buffer {
  const data = isIPv6(address) ? ipv6Bytes(address) : Buffer.from(address.split('.').map(Number));
  const fixed = Buffer.from([
    0xc0,
    HEADER_BYTES,
    0,
    isIPv6(address) ? TYPE_AAAA : TYPE_A,
    0,
    1,
    0,
    0,
    0,
    0,
    0,
    data.length,
  ]);
  return Buffer.concat([fixed, data]);
}

function ipv6Bytes(address: string): Buffer {
  const [left = '', right = ''] = address.split('::');
  const groups = (text: string) => (text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16)));
  const zeros = Array<number>(8 - groups(left).length - groups(right).length).fill(0);
  return Buffer.from([...groups(left), ...zeros, ...groups(right)].flatMap((group) => [group >> 8, group & 255]));
}
