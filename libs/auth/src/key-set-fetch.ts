/** The set must come within this, in milliseconds. */
const TIMEOUT_MS = 3_000;
/** Largest body of a set, in bytes; a set of ten RSA keys with certificates has about 20 kB. */
const MAX_BYTES = 262_144;

/**
 * Fetches a key set, without following redirects.
 *
 * @throws Error when no set of at most 256 KiB comes within 3 s.
 */
export async function fetchKeySet(url: string): Promise<{ keys: unknown[] }> {
  const response = await fetch(url, {
    headers: { accept: 'application/json, application/jwk-set+json' },
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!response.ok || !response.body) {
    await response.body?.cancel();
    throw new Error(`The key set was answered with ${response.status}`);
  }
  const set: unknown = JSON.parse(await readText(response.body));
  if (typeof set !== 'object' || set === null || !Array.isArray((set as { keys?: unknown }).keys)) {
    throw new Error('The answer is no key set');
  }
  return set as { keys: unknown[] };
}

async function readText(body: ReadableStream<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > MAX_BYTES) throw new Error(`The key set has more than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
