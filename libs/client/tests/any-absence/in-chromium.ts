import type { AccountState } from '../../src/account/state.ts';
import { inPage, type LibraryBrowser } from '../in-browser/browser.ts';
import type { OpenCutOff } from './cut-off-client.ts';

function stateOf(json: string): AccountState {
  return JSON.parse(json, (_, value: unknown) => {
    const isMap = typeof value === 'object' && value !== null && Object.hasOwn(value, 'entries');
    return isMap ? new Map((value as { entries: [unknown, unknown][] }).entries) : value;
  }) as AccountState;
}

/** Connects in a tab of Chromium, with the account in IndexedDB. A reload ends the tab's work wherever that is. */
export function openInChromium(browser: LibraryBrowser): OpenCutOff {
  return async (userId, { url, socketUrl }) => {
    const { context, openTab } = await browser.browserOf(userId);
    const page = await openTab(url, { socketUrl, storage: `user-${userId}` });
    return {
      state: async () => stateOf(await inPage(page, ({ accountAsJson }) => accountAsJson())),
      write: (conversationId, content) =>
        inPage(
          page,
          async ({ client }, input) => {
            const { clientMessageId, kept } = client.outbox.send(input.conversationId, input.content);
            await kept;
            return clientMessageId;
          },
          { conversationId, content },
        ),
      reload: async () => void (await page.reload()),
      close: () => context.close(),
    };
  };
}
