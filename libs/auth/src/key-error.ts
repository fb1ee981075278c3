/** A key cannot be used; the message says why and is fit to be shown. */
export class KeyError extends Error {
  override readonly name = 'KeyError';
}
