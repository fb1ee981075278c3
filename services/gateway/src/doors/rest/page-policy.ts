/** The exceptions that a page of the gateway needs. */
interface PageNeeds {
  /** The page writes inline styles, as Swagger UI does. */
  inlineStyles?: boolean;
}

/**
 * Returns the content security policy of a page. It loads from this host alone, runs no inline script, and connects to this host and
 * its socket port. It draws icons from data URLs. Pages of `origins` may frame it.
 */
export function pagePolicy(
  hostname: string,
  socketPort: number,
  origins: readonly string[],
  { inlineStyles = false }: PageNeeds = {},
): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self'${inlineStyles ? " 'unsafe-inline'" : ''}`,
    "img-src 'self' data:",
    `connect-src 'self' ws://${hostname}:${socketPort} wss://${hostname}:${socketPort}`,
    "base-uri 'none'",
    "form-action 'self'",
    `frame-ancestors ${origins.length === 0 ? "'none'" : origins.join(' ')}`,
  ].join('; ');
}
