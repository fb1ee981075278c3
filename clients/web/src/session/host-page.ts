/** Whether another page frames this one. */
export const isFramed = window.parent !== window;

/** How long the host page has to answer, in milliseconds. */
const ANSWER_WITHIN_MS = 30_000;

/**
 * Asks the page that frames this one for a token. The messenger posts `{type: 'vestnik:token-needed'}`, and the host page
 * answers `{type: 'vestnik:token', token}`. Only pages of `origins` are asked and heard. Rejects without an answer in time.
 */
export function askHostForToken(origins: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(late);
      removeEventListener('message', hear);
    };
    const hear = ({ origin, source, data }: MessageEvent<unknown>) => {
      if (source !== window.parent || !origins.includes(origin) || !isToken(data)) return;
      end();
      resolve(data.token);
    };
    const late = setTimeout(() => {
      end();
      reject(new Error('The host page gave no token'));
    }, ANSWER_WITHIN_MS);
    addEventListener('message', hear);
    for (const origin of origins) window.parent.postMessage({ type: 'vestnik:token-needed' }, origin);
  });
}

/** Hears tokens that the host page gives without being asked: it signs in another user so. Returns the end of it. */
export function onHostToken(origins: readonly string[], listener: (token: string) => void): () => void {
  const hear = ({ origin, source, data }: MessageEvent<unknown>) => {
    if (source === window.parent && origins.includes(origin) && isToken(data)) listener(data.token);
  };
  addEventListener('message', hear);
  return () => removeEventListener('message', hear);
}

function isToken(data: unknown): data is { type: 'vestnik:token'; token: string } {
  if (typeof data !== 'object' || data === null) return false;
  const { type, token } = data as { type?: unknown; token?: unknown };
  return type === 'vestnik:token' && typeof token === 'string';
}
