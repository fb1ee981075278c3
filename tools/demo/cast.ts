import { signToken } from '@vestnik/auth';
import { type PlayedConversation, patientRest } from '@vestnik/testing';
import { Fault } from '../start/fault.ts';
import type { ChatLog } from './chat-log.ts';
import { createPerson, type Person, type Stage } from './person.ts';
import type { RunningSystem } from './running-system.ts';

/** The companies of the authors, alternately. */
const COMPANIES = [1, 2];
/** People that a group holds at most. */
const GROUP_SIZE = 1_000;
const TOKEN_LIFETIME_SECONDS = 24 * 3_600;

/** Makes every author of a log a user of this run alone. The users are spread over the gateways. */
export function createCast(log: ChatLog, system: RunningSystem, stage: Stage): Promise<Person[]> {
  const firstId = Date.now() * 1_000;
  const socketUrls = () => system.gateways.map(({ socket }) => socket);
  return Promise.all(
    log.people.map(async (nick, index) => {
      const userId = firstId + index;
      const identity = { id: userId, companyId: at(COMPANIES, index), name: nick };
      const token = signToken(system.jwtSecret, identity, TOKEN_LIFETIME_SECONDS);
      const rest = patientRest(at(system.gateways, index).rest, token);
      return createPerson({ nick, userId, token, socketUrls, gateway: index, rest, stage });
    }),
  );
}

/** Puts all people into a group, or into several groups of about the same size when one cannot hold them all. */
export async function createGroups(name: string, people: Person[]): Promise<PlayedConversation[]> {
  if (people.length < 2) throw new Fault('the log has lines of fewer than two people, and a conversation needs two');
  const count = Math.ceil(people.length / GROUP_SIZE);
  const size = Math.ceil(people.length / count);
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const members = people.slice(index * size, (index + 1) * size);
      const [owner, ...others] = members;
      if (!owner) throw new Error('a group without members');
      const title = count === 1 ? name : `${name} ${index + 1}`;
      const { id } = await owner.rest.createGroup(
        title,
        others.map((person) => person.userId),
      );
      for (const member of members) member.follow(id);
      return { id, members };
    }),
  );
}

function at<Item>(items: readonly Item[], index: number): Item {
  const item = items[index % items.length];
  if (item === undefined) throw new Error('an empty list');
  return item;
}
