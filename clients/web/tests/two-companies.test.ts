import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { io } from 'socket.io-client';
import {
  bubble,
  describeInBrowser,
  faultsOn,
  fillStage,
  historyOf,
  openNamed,
  openStage,
  PEOPLE,
  type Stage,
  signInOn,
  write,
} from './stage.ts';

const PHONE = { width: 360, height: 740 };

describeInBrowser('two browsers of two companies', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage?.stop());

  test('a person writes to somebody of another company within a few clicks, and both see how far each message came', async () => {
    const anna = await stage.signIn('anna');
    await (await stage.rest('erik'))('GET', '/unread-count');
    await anna.getByRole('button', { name: 'New conversation' }).first().click();
    await anna.getByLabel('Search people by name').fill(String(PEOPLE.erik.id));
    await anna.getByText(`Write to the user with the id ${PEOPLE.erik.id}`).click();
    await anna.getByRole('button', { name: 'Start', exact: true }).click();
    await write(anna, 'Good morning, Erik');
    await anna.locator('.message-mine .ticks-sent').waitFor();

    const erik = await stage.signIn('erik');
    await erik.locator('[data-conversation] .badge', { hasText: '1' }).waitFor();
    expect(await erik.title()).toMatch(/^\(\d+\) /);
    await anna.locator('.message-mine .ticks-delivered').waitFor();
    await openNamed(erik, PEOPLE.anna.name);
    await bubble(erik, 'Good morning, Erik').waitFor();
    // The company of a foreign person is in sight, in the list and above the thread.
    await erik.locator('.thread-head .company-tag', { hasText: 'Северный порт' }).waitFor();
    await erik.locator('[data-conversation] .company-tag', { hasText: 'Северный порт' }).waitFor();
    await anna.locator('.message-mine .ticks-read').waitFor();

    await erik.locator('#composer').pressSequentially('Hello');
    await anna.locator('.typing', { hasText: 'Erik Lindqvist is typing' }).waitFor();
    await erik.locator('#composer').press('Enter');
    await bubble(anna, 'Hello').waitFor();
    await anna.locator('.typing', { hasText: 'is typing' }).waitFor({ state: 'hidden' });
  });

  test('reply, reaction, edit, pin and deletion reach the other browser', async () => {
    const id = await fillStage(stage, ['The berth is free on Thursday']);
    const anna = await stage.signIn('anna');
    const maria = await stage.signIn('maria');
    await openNamed(anna, 'Neva-7');
    await openNamed(maria, 'Neva-7');

    await bubble(maria, 'The berth is free').hover();
    await maria.locator('.item:hover .tools').getByRole('button', { name: 'Reply' }).click();
    await write(maria, 'Which berth?');
    await bubble(anna, 'Which berth?').locator('.quote', { hasText: 'The berth is free' }).waitFor();

    await bubble(anna, 'Which berth?').hover();
    await anna.locator('.item:hover .tools').getByRole('button', { name: 'React' }).click();
    await anna.getByRole('menuitem', { name: '👍' }).first().click();
    await bubble(maria, 'Which berth?').locator('.reaction', { hasText: '1' }).waitFor();

    await anna.locator('#composer').press('ArrowUp');
    await write(anna, 'Berth 5 is free on Thursday');
    await bubble(maria, 'Berth 5 is free').getByText('edited').waitFor();

    const act = async (name: string) => {
      await bubble(anna, 'Berth 5 is free').first().hover();
      await anna.locator('.item:hover .tools').getByRole('button', { name: 'Actions' }).click();
      await anna.getByRole('menuitem', { name, exact: true }).click();
    };
    await act('Pin');
    await bubble(maria, 'Berth 5 is free').getByRole('img', { name: 'Pinned' }).waitFor();
    await act('Delete');
    await anna.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await maria.locator('.text-deleted').waitFor();
    expect(((await (await stage.rest('maria'))('GET', `/conversations/${id}/pins`)).data.messages as []).length).toBe(
      0,
    );
  });

  test('names are completed behind an @, and the mentioned person sees it in the list', async () => {
    const anna = await stage.signIn('anna');
    const tomas = await stage.signIn('tomas');
    await openNamed(anna, 'Neva-7');
    await anna.locator('#composer').pressSequentially('@Tom');
    await anna.getByRole('option', { name: /Tomas Berg/ }).waitFor();
    await anna.keyboard.press('Enter');
    await anna.keyboard.type('please look');
    await anna.keyboard.press('Enter');
    await tomas.locator('[data-conversation]', { hasText: 'Neva-7' }).locator('.badge-mention').waitFor();
  });

  test('a search finds a message in all its forms, marks it and jumps to it', async () => {
    const id = await fillStage(stage, [
      'Подписали договоры на квартал',
      ...Array.from({ length: 60 }, (_, n) => `line ${n}`),
    ]);
    const erik = await stage.signIn('erik');
    const search = erik.locator('#search');
    await search.fill('договор');
    const found = erik.locator('[data-found]');
    await found.first().waitFor();
    expect(await found.locator('mark').first().textContent()).toBe('договоры');
    await found.first().click();
    await bubble(erik, 'Подписали договоры').waitFor();
    expect(erik.url()).toContain(`#/c/${id}/1`);
  });

  test('what a stock Socket.IO client writes shows on the page', async () => {
    const erik = await stage.signIn('erik');
    const id = await fillStage(stage, ['Before the other door']);
    await erik.goto(`${stage.system.restUrl()}/#/c/${id}`);
    await bubble(erik, 'Before the other door').waitFor();
    const { origin } = new URL(stage.system.socketUrl().replace('ws:', 'http:'));
    const socket = io(origin, { auth: { token: await stage.token('boris') } });
    try {
      await new Promise((resolve) => socket.once('ready', resolve));
      await socket.emitWithAck('send_message', { conversationId: id, content: 'From the other door' });
      await bubble(erik, 'From the other door').waitFor();
      expect(await bubble(erik, 'From the other door').locator('.company-tag').textContent()).toBe('Северный порт');
    } finally {
      socket.disconnect();
    }
  });

  test('notifications of the desktop tell of messages while the user looks elsewhere, unless the conversation is muted', async () => {
    const id = await fillStage(stage, ['Before']);
    const page = await stage.open({}, async (context) => {
      await context.grantPermissions(['notifications']);
      await context.addInitScript(() => {
        const noted: [string, string | undefined][] = [];
        const Noted = class extends Notification {
          constructor(title: string, options?: NotificationOptions) {
            super(title, options);
            noted.push([title, options?.body]);
          }
        };
        // A page under test always has the focus.
        Object.assign(window, { noted, Notification: Noted });
        document.hasFocus = () => !('isAway' in window);
      });
    });
    await signInOn(page, 'tomas');
    const noted = () => page.evaluate(() => (window as unknown as { noted: [string, string][] }).noted);
    const boris = await stage.rest('boris');
    const tell = async (content: string) => {
      await boris('POST', `/conversations/${id}/messages`, { content });
      await page.locator(`[data-conversation="${id}"]`, { hasText: content }).waitFor();
    };
    await page.evaluate(() => Object.assign(window, { isAway: true }));
    await tell('not wanted yet');
    await page.locator('.me').click();
    // The box is checked once the browser has allowed it.
    await page.getByLabel('Show notifications while a tab is open').click();
    await page.locator('.details :checked').waitFor();
    await page.keyboard.press('Escape');
    await tell('The ship is in');
    await (await stage.rest('tomas'))('PUT', '/notification-preferences', { mutedConversationIds: [id] });
    await page.locator(`[data-conversation="${id}"] .row-silent`).waitFor();
    await tell('muted');
    expect(await noted()).toEqual([[`${PEOPLE.boris.name} · Neva-7`, 'The ship is in']]);
    await page.context().close();
  });

  test('requests, refusals, blocks and ended contracts say in words what holds, on both sides', async () => {
    const [asAnna, asBoris, asErik] = [await stage.rest('anna'), await stage.rest('boris'), await stage.rest('erik')];
    await fillStage(stage, ['All of us know each other']);
    expect((await asAnna('PATCH', '/company/policy', { partners: 'consent' })).status).toBe(200);
    const boris = await stage.signIn('boris');
    const maria = await stage.signIn('maria', { viewport: PHONE, locale: 'ru-RU', colorScheme: 'dark' });
    const found: object[] = [];
    const state = (page: Page) => page.locator('.state-bar');
    const rowOf = (page: Page, name: string) =>
      page.locator('[data-conversation]', { has: page.locator('.row-name', { hasText: name }) });

    const asked = await asBoris('POST', '/conversations', { participantId: PEOPLE.maria.id });
    const id = asked.data.conversation.id as number;
    await rowOf(boris, PEOPLE.maria.name).getByText('Waits for an answer').waitFor();
    await openNamed(boris, PEOPLE.maria.name);
    await state(boris).getByText('has not accepted your message yet').waitFor();
    await write(boris, 'May I ask about berth 5?');
    await state(boris).getByText('Waiting for Maria Kask to accept').waitFor();
    expect(await boris.locator('#composer').count()).toBe(0);

    await rowOf(maria, PEOPLE.boris.name).getByText('Запрос').waitFor();
    await rowOf(maria, PEOPLE.boris.name).click();
    await maria.getByRole('heading', { name: /Борис Лебедев .*хочет вам написать/ }).waitFor();
    expect(await maria.getByText('May I ask').count()).toBe(0);
    found.push(...(await faultsOn(maria, 'request')), ...(await faultsOn(boris, 'pending')));
    await maria.getByRole('button', { name: 'Принять' }).click();
    await bubble(maria, 'May I ask about berth 5?').waitFor();
    await boris.locator('#composer').waitFor();
    await boris.locator('.thread-online').waitFor();
    await write(boris, 'Thank you');
    await bubble(maria, 'Thank you').waitFor();

    await maria.locator('.thread-face').click();
    await maria.getByRole('button', { name: 'Заблокировать' }).click();
    await maria.keyboard.press('Escape');
    await state(maria).waitFor();
    expect(await maria.locator('#composer').count()).toBe(0);
    found.push(...(await faultsOn(maria, 'blocked')));
    await write(boris, 'Are you there?');
    await boris.locator('.thread .ticks-failed').waitFor();
    await boris.getByText('a block stands between you').first().waitFor();
    await boris.getByRole('button', { name: 'Discard' }).click();
    await state(maria).getByRole('button', { name: 'Разблокировать' }).click();
    await maria.locator('#composer').waitFor();

    await asAnna('POST', '/company/contracts', { companyId: 9_002 });
    expect((await asErik('POST', '/company/contracts/9001/accept')).status).toBe(200);
    expect((await asAnna('DELETE', '/company/contracts/9002')).status).toBe(200);
    await state(boris).getByText('The agreement between the companies has ended').waitFor();
    // The last status that the page has heard is not shown on as if it was true.
    expect(await boris.locator('.thread-online').count()).toBe(0);
    await state(maria).waitFor();
    expect(await boris.locator('#composer').count()).toBe(0);
    await rowOf(boris, PEOPLE.maria.name).getByText('Suspended').waitFor();
    expect(await historyOf(stage, 'maria', id)).toEqual(['May I ask about berth 5?', 'Thank you']);
    found.push(...(await faultsOn(maria, 'suspended')), ...(await faultsOn(boris, 'suspended')));
    expect(found).toEqual([]);
  });
});
