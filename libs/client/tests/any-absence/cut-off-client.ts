import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { token } from '@vestnik/testing';
import type { AccountState } from '../../src/account/state.ts';
import { type Client, connect } from '../../src/index.ts';
import { fileStorage } from '../../src/node.ts';
import type { Network } from '../network.ts';

/** A client of the library behind a network that fails, wherever it runs. */
export interface CutOffClient {
  /** The whole account, as the client holds it now. */
  state(): Promise<AccountState>;
  /** Puts a message into the outbox, and resolves with its id when the storage has it. */
  write(conversationId: number, content: string): Promise<string>;
  /** Starts the client anew from its storage. */
  reload(): Promise<void>;
  close(): Promise<void>;
}

/** Connects a user by the library behind a network. */
export type OpenCutOff = (userId: number, network: Network) => Promise<CutOffClient>;

/** Connects in this process, with the account in a file. */
export const openInNode: OpenCutOff = async (userId, { url, socketUrl }) => {
  const file = join(await mkdtemp(join(tmpdir(), 'vestnik-cut-off-')), 'account.json');
  const start = () => connect({ url, socketUrl, getToken: () => token(userId), storage: fileStorage(file) });
  let client: Client = start();
  return {
    // A snapshot is the state itself, with the fields that applications do not see.
    state: async () => client.account.getSnapshot() as AccountState,
    async write(conversationId, content) {
      const { clientMessageId, kept } = client.outbox.send(conversationId, content);
      await kept;
      return clientMessageId;
    },
    async reload() {
      await client.close();
      client = start();
    },
    close: () => client.close(),
  };
};
