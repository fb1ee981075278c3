import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { createKeeping } from '../../src/account/kept.ts';
import { EMPTY } from '../../src/account/state.ts';
import { createStore, type Store } from '../../src/account/store.ts';
import { fileStorage } from '../../src/node.ts';
import { createServedAccount, ME } from './served-account.ts';

const LEFT = 1;

test('a conversation that the user left while another tab took over the lead is not shown by a later start', async () => {
  const file = join(await mkdtemp(join(tmpdir(), 'vestnik-kept-')), 'account.json');
  const served = createServedAccount();
  const tabs: Store[] = [createStore(), createStore()];
  const [leader, next] = tabs as [Store, Store];
  for (const tab of tabs) tab.dispatch({ type: 'restored', state: { ...EMPTY, userId: ME, companyId: 1 } });
  for (const conversation of [LEFT, 2]) served.do({ deed: 'create', conversation });
  const changes = served.answer(null, 10, 100);
  for (const tab of tabs) tab.dispatch({ type: 'changes', changes });
  await createKeeping(leader, fileStorage(file)).stop();

  // The leader ends before it has stored this.
  for (const event of served.do({ deed: 'leave', conversation: LEFT, user: ME }))
    next.dispatch({ type: 'event', event });
  expect([...next.get().conversations.keys()]).toEqual([2]);
  await createKeeping(next, fileStorage(file)).stop();

  const later = createStore();
  await createKeeping(later, fileStorage(file)).restore();
  expect([...later.get().conversations.keys()]).toEqual([2]);
});
