/** So many bytes of a frame or a body count as one frame or request. */
const BYTES_OF_A_TOKEN = 4_096;

/** Returns the tokens that a frame or a body of so many bytes costs: one, and one for each further 4 KiB. */
export function tokensOfBytes(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / BYTES_OF_A_TOKEN));
}
