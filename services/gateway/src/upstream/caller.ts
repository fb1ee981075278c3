import type { CompanyRole } from '@vestnik/contracts';

/** When a token was issued and when it expires (Unix times in seconds), and the fingerprints by which it may be revoked. */
export interface TokenMarks {
  issuedAt: number;
  expiresAt: number;
  fingerprints: readonly string[];
}

/** The user who acts, through which door and under which correlation id. */
export interface Caller {
  userId: number;
  /** The company that the user belongs to, and the user's role there. */
  companyId: number;
  companyRole: CompanyRole | undefined;
  /** Correlation id of this frame or request. */
  requestId: string;
  /** The session that acts; undefined for REST. */
  sessionId: string | undefined;
  /** The caller's token, for REST alone. */
  token?: TokenMarks | undefined;
  /** Calls `release` when the answer to the caller has left this process. Undefined where nobody waits for an answer. */
  whenAnswered?(release: () => void): void;
}

/**
 * The caller of one frame or request of a client, whose answer may take a while to leave: the client may not read. A class,
 * because there is one for each frame, and most of them hold nothing.
 */
export class ClientCaller implements Caller {
  readonly userId: number;
  readonly companyId: number;
  readonly companyRole: CompanyRole | undefined;
  readonly requestId: string;
  readonly sessionId: string | undefined;
  readonly token: TokenMarks | undefined;
  #held: (() => void)[] | undefined;
  #hasAnswered = false;

  constructor(
    { userId, companyId, companyRole }: Pick<Caller, 'userId' | 'companyId' | 'companyRole'>,
    requestId: string,
    sessionId: string | undefined,
    token?: TokenMarks,
  ) {
    this.userId = userId;
    this.companyId = companyId;
    this.companyRole = companyRole;
    this.requestId = requestId;
    this.sessionId = sessionId;
    this.token = token;
  }

  /** Whether something is held until the answer has left. */
  get holds(): boolean {
    return this.#held !== undefined;
  }

  whenAnswered(release: () => void): void {
    if (this.#hasAnswered) release();
    else (this.#held ??= []).push(release);
  }

  /** The answer has left, or there will be none. */
  answered(): void {
    this.#hasAnswered = true;
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const release of held) release();
  }
}

/** The user in whose name the gateway reads, also outside of any request of a client. */
export type Reading = Pick<Caller, 'userId' | 'requestId'>;
