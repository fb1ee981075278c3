import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import type { Conversation, Message, UserStatus } from '@vestnik/contracts';
import type { Person, Stage } from './person.ts';
import type { View } from './view.ts';

/** Everything that arrives at the people's sockets: counted, timed and, where the watcher sees it, shown. */
export interface CountingStage extends Stage {
  /** From sending to each delivery, in microseconds. */
  latencies: RecordableHistogram;
  counts: { typing: number; statuses: number; receipts: number };
  faults: string[];
  /** Notes what was not as it should be. */
  fault(person: Person, what: string): void;
  /** Notes that a message is being sent. */
  sending(clientMessageId: string): void;
  /** From now on shows the messages of one group that `watcher` gets, and each new direct conversation. */
  show(view: View, watcher: Person, groupId: number): void;
}

/** Creates a stage that shows nothing yet. */
export function createStage(): CountingStage {
  const sentAt = new Map<string, number>();
  const latencies = createHistogram();
  const counts = { typing: 0, statuses: 0, receipts: 0 };
  const faults: string[] = [];
  const directs = new Set<number>();
  let view: View | undefined;
  let watcher: Person | undefined;
  let shownGroup: number | undefined;
  const fault = (person: Person, what: string) => void faults.push(`${person.name}: ${what}`);

  return {
    latencies,
    counts,
    faults,
    fault,
    sending: (clientMessageId) => void sentAt.set(clientMessageId, performance.now()),
    show(newView, newWatcher, groupId) {
      view = newView;
      watcher = newWatcher;
      shownGroup = groupId;
    },
    delivered(person, message: Message) {
      const start = sentAt.get(message.client_message_id ?? '');
      if (start === undefined) fault(person, `message ${message.id} arrived, and no client sent it`);
      else latencies.record(Math.max(1, Math.round((performance.now() - start) * 1_000)));
      if (person === watcher && message.conversation_id === shownGroup) view?.message(message);
    },
    received(person, event, data) {
      const isWatcher = person === watcher;
      if (event === 'user_typing') {
        counts.typing += 1;
        const { user_id, is_typing } = data as { user_id: number; is_typing: boolean };
        if (isWatcher) view?.typing(user_id, is_typing);
      } else if (event === 'user_status') {
        counts.statuses += 1;
        const { user_id, is_online } = data as UserStatus;
        if (isWatcher) view?.status(user_id, is_online);
      } else if (event === 'messages_read') {
        counts.receipts += 1;
        const receipt = data as { conversation_id: number; user_id: number; up_to_seq: number };
        if (isWatcher && receipt.conversation_id === shownGroup) view?.read(receipt.user_id, receipt.up_to_seq);
      } else if (event === 'conversation_created') {
        const { conversation } = data as { conversation: Conversation };
        const isNew = conversation.type === 'direct' && !directs.has(conversation.id);
        directs.add(conversation.id);
        if (isNew) view?.direct(conversation.participants);
      } else if (event === 'error') {
        const { code, message } = data as { code: string; message: string };
        // Only `typing` asks for no answer. The rate limit may refuse one of these.
        if (code !== 'rate_limited') fault(person, `error ${code}: ${message}`);
      }
    },
  };
}
