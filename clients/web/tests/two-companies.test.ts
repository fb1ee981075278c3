import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { io } from 'socket.io-client';
import { bubble, describeInBrowser, fillStage, openNamed, openStage, PEOPLE, type Stage, write } from './stage.ts';

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
});
