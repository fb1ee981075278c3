import { VestnikError } from '@vestnik/contracts';

/** A refusal with an HTTP status that the error vocabulary has no code of its own for. The code is `bad_request`. */
export class StatusError extends VestnikError {
  readonly status: 405 | 415;

  constructor(status: 405 | 415, message: string) {
    super('bad_request', message);
    this.status = status;
  }
}
