import type { IncomingMessage, ServerResponse } from 'node:http';
import helmet from 'helmet';

/** Creates the setter of helmet's headers. They are the same for every response, so helmet runs once and not each time. */
export function createSecurityHeaders(): (response: ServerResponse) => void {
  const headers: [string, string][] = [];
  const recorder = {
    setHeader: (name: string, value: string) => void headers.push([name, value]),
    removeHeader: () => undefined,
  };
  helmet()({} as IncomingMessage, recorder as unknown as ServerResponse, (error) => {
    if (error) throw error;
  });
  return (response) => {
    for (const [name, value] of headers) response.setHeader(name, value);
  };
}
