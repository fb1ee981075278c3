import { until } from '@vestnik/testing';
import { type Official, signIn } from './official.ts';
import type { RunningSystem } from './running-system.ts';
import { harmless, type Screen } from './screen.ts';

/** The people of the scene: an admin and a colleague of each company. */
interface Scene {
  anna: Official;
  vera: Official;
  boris: Official;
  gleb: Official;
  /** Says what a person does. */
  does(who: Official, what: string): void;
  /** Says what a person sees of it. */
  sees(who: Official, what: string): void;
  act(title: string): void;
}

/**
 * Plays two companies: a request that is accepted, a contract, a block, and a severing at the end. The screen shows what each side
 * sees. Ids of people and companies are of this run alone.
 *
 * @returns what was not as it should be, in lines; the scene ends with the first such thing
 */
export async function playTwoCompanies(system: RunningSystem, screen: Screen): Promise<string[]> {
  const id = Date.now() * 1_000;
  const [birch, elm] = [
    { companyId: id, company: 'Birch' },
    { companyId: id + 1, company: 'Elm' },
  ];
  const people = await Promise.all([
    signIn(system, { ...birch, name: 'Anna', userId: id + 500, companyRole: 'admin' }, 0),
    signIn(system, { ...birch, name: 'Vera', userId: id + 501 }, 0),
    signIn(system, { ...elm, name: 'Boris', userId: id + 502, companyRole: 'admin' }, 1),
    signIn(system, { ...elm, name: 'Gleb', userId: id + 503 }, 1),
  ]);
  const [anna, vera, boris, gleb] = people;
  const nameOf = (who: Official) => `${who.name} (${who.company})`.padEnd(14);
  const scene: Scene = {
    anna,
    vera,
    boris,
    gleb,
    does: (who, what) => screen.say(`    ${screen.tint(nameOf(who), who.companyId - id)} ${harmless(what)}`),
    sees: (who, what) =>
      screen.say(`    ${screen.tint(nameOf(who), who.companyId - id)} ${screen.dim(`sees ${harmless(what)}`)}`),
    act: (title) => {
      screen.say('');
      screen.say(`  ${title}`);
    },
  };
  try {
    const direct = await playRequest(scene);
    const group = await playContract(scene);
    await playBlock(scene, direct);
    await playSevering(scene, direct, group);
    await playAudit(scene);
    return [];
  } catch (error) {
    return [`two companies: ${(error as Error).message}`];
  } finally {
    await Promise.all(people.map(({ client }) => client.close()));
  }
}

/** Birch lets its people be asked first, and theirs ask. Returns the direct conversation of Vera and Gleb. */
async function playRequest({ anna, vera, gleb, does, sees, act }: Scene): Promise<number> {
  act('A request: Birch wants consent before its people and outsiders write to each other');
  await anna.ask('PATCH', '/company/policy', { partners: 'consent' });
  does(anna, 'sets the policy partners=consent');
  // A user who never comes shows when the policy is in force.
  let nobody = vera.userId + 1_000;
  await until('the policy is in force', async () => {
    nobody += 1;
    return (await vera.ask('POST', '/conversations', { participantId: nobody })).conversation.state === 'pending';
  });
  const request = { participantId: gleb.userId, message: 'We need forty chairs by Friday.' };
  const { conversation } = await vera.ask('POST', '/conversations', request);
  const path = `/conversations/${conversation.id}`;
  does(vera, 'asks Gleb: "We need forty chairs by Friday."');
  const isIt = (data: { conversation: { id: number } }) => data.conversation.id === conversation.id;
  const shown = await gleb.client.next('conversation_created', isIt);
  const people = await gleb.ask('GET', `/people?ids=${vera.userId}`);
  const [asking] = people.people;
  sees(
    gleb,
    `a ${shown.conversation.state} request of ${asking.name} of ${asking.company_name}; its text: ${await gleb.refusalOf('GET', `${path}/messages`)}`,
  );
  sees(
    vera,
    `a second message refused: ${await vera.refusalOf('POST', `${path}/messages`, { content: 'And tables?' })}`,
  );
  await gleb.ask('POST', `${path}/accept`);
  does(gleb, 'accepts');
  const { message } = await gleb.client.next('new_message', (data) => data.message.conversation_id === conversation.id);
  sees(gleb, `the text now: "${message.content}"`);
  await gleb.ask('POST', `${path}/messages`, { content: 'You get them on Thursday.' });
  const answer = await vera.client.next('new_message', (data) => data.message.sender_id === gleb.userId);
  sees(vera, `the answer: "${answer.message.content}"`);
  return conversation.id;
}

/** The companies agree on a contract, by which a group of both needs no request. Returns the group. */
async function playContract({ anna, vera, boris, gleb, does, sees, act }: Scene): Promise<number> {
  act('A contract: both companies agree, and nobody has to be asked any more');
  await anna.ask('POST', '/company/contracts', { companyId: boris.companyId });
  does(anna, 'proposes a contract to Elm');
  const { contract } = await boris.client.next('contract_changed', (data) => data.contract.state === 'proposed');
  sees(boris, `the proposal of ${contract.company_name}: state ${contract.state}`);
  await boris.ask('POST', `/company/contracts/${anna.companyId}/accept`);
  does(boris, 'accepts it');
  await anna.client.next('contract_changed', (data) => data.contract.state === 'active');
  sees(anna, 'the contract is active');
  const creation = { type: 'group', name: 'Chairs', participantIds: [anna.userId, boris.userId, gleb.userId] };
  // Conversations takes the contract from its event, within a second.
  const group = await until('people of both companies join at once', async () => {
    const { conversation } = await vera.ask('POST', '/conversations', creation);
    return conversation.participants.length === 4 && !conversation.invited && conversation.id;
  });
  does(vera, 'creates the group "Chairs" of people of both companies');
  await vera.ask('POST', `/conversations/${group}/messages`, {
    content: 'Forty chairs, delivered on Thursday. Agreed?',
  });
  for (const who of [anna, boris, gleb]) {
    const { message } = await who.client.next('new_message', (data) => data.message.conversation_id === group);
    sees(who, `in "Chairs": "${message.content}"`);
  }
  return group;
}

/** Gleb blocks Vera. */
async function playBlock({ vera, gleb, does, sees, act }: Scene, direct: number): Promise<void> {
  act('A block: Gleb has heard enough of Vera');
  await gleb.ask('POST', '/blocks', { userId: vera.userId });
  does(gleb, 'blocks Vera, who is not told');
  const message = { content: 'One more question …' };
  sees(
    vera,
    `her next message to him refused: ${await vera.refusalOf('POST', `/conversations/${direct}/messages`, message)}`,
  );
  const [status] = await until('the blocker looks offline', async () => {
    const { statuses } = await vera.ask('GET', `/presence?user_ids=${gleb.userId}`);
    return !statuses[0].is_online && statuses;
  });
  sees(vera, `Gleb ${status.is_online ? 'online' : 'offline, whatever he does'}`);
}

/** Birch severs the contract under way. */
async function playSevering(
  { anna, vera, boris, gleb, does, sees, act }: Scene,
  direct: number,
  group: number,
): Promise<void> {
  act('A severing: one company ends it alone, and within a second nothing passes');
  const from = performance.now();
  await anna.ask('DELETE', `/company/contracts/${boris.companyId}`);
  does(anna, `severs the contract, acknowledged after ${Math.round(performance.now() - from)} ms`);
  const { contract } = await boris.client.next('contract_changed', (data) => data.contract.state === 'severed');
  sees(boris, `the contract with ${contract.company_name} severed`);
  for (const who of [boris, gleb]) {
    await who.client.next('conversation_removed', ({ conversation_id }) => conversation_id === group);
    sees(who, '"Chairs" gone: the group is Birch’s');
  }
  const refusal = await boris.refusalOf('POST', '/conversations', { participantId: anna.userId });
  sees(boris, `a conversation with Anna refused: ${refusal}`);
  const { messages } = await until('what was said can be read', async () => {
    const { conversation } = await gleb.ask('GET', `/conversations/${direct}`);
    return conversation.state === 'suspended' && gleb.ask('GET', `/conversations/${direct}/messages`);
  });
  sees(gleb, `the suspended conversation, to be read: ${messages.length} messages`);
  const left = await vera.ask('GET', `/conversations/${group}`);
  const ours = [anna, vera].filter(({ userId }) => left.conversation.participants.includes(userId));
  sees(vera, `"Chairs" with ${ours.map(({ name }) => name).join(' and ')} alone`);
  if (left.conversation.participants.length !== ours.length) throw new Error('somebody of Elm is still in the group');
}

/** Both companies have the story in their audits. */
async function playAudit({ anna, boris, sees, act }: Scene): Promise<void> {
  act('The audit: each company keeps its own record');
  for (const admin of [anna, boris]) {
    const entries = await until('the severing and the leaving are in the audit', async () => {
      const found = (await admin.ask('GET', '/company/audit?limit=100')).entries as { action: string }[];
      return (
        ['contract_severed', 'people_left'].every((action) => found.some((entry) => entry.action === action)) && found
      );
    });
    sees(admin, entries.map(({ action }) => action).join(', '));
  }
}
