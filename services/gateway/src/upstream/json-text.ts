/** JSON that is ready to be sent: a text, or the bytes that a service answered. */
export class JsonText {
  readonly json: string | Uint8Array;

  constructor(json: string | Uint8Array) {
    this.json = json;
  }
}
