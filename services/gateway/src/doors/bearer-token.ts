/** The challenge of every 401 (RFC 6750, 3). */
export const AUTHENTICATE = 'Bearer realm="messenger"';

/** Returns the token of an `Authorization: Bearer` header; undefined when it carries none. */
export function bearerToken(authorization: string | undefined): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
}
