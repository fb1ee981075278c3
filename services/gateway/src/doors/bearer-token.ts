/** Returns the token of an `Authorization: Bearer` header; undefined when it carries none. */
export function bearerToken(authorization: string | undefined): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
}
