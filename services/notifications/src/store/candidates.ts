import type { MessagesStored, PushProvider } from '@vestnik/contracts';
import { type Database, type Queries, statement, writeStatement } from '@vestnik/database';
import { PENDING_PER_DEVICE } from '../domain/limits.ts';
import type { SkipReason } from '../domain/skip-reason.ts';
import { joinPreferences, type PushPreferences, preferenceColumns } from './preferences.ts';

/** One message for one device, with the device owner's preferences. */
export interface Candidate extends PushPreferences {
  message_id: number;
  conversation_id: number;
  seq: number;
  user_id: number;
  device_id: number;
  provider: PushProvider;
  /** The message mentions the user, or all. */
  is_mention: boolean;
  /** When the message was stored; null where an older release did not say. */
  message_created_at: string | null;
  /** True when as many pushes wait for this device as the limit allows. */
  full: boolean;
}

/** The devices that a batch of stored messages reaches, as far as the own copy of membership knows. */
export interface Found {
  candidates: Candidate[];
  /** Conversations whose membership the copy knows in an older version than the sends did. */
  staleConversationIds: number[];
}

type Row = (Candidate & { stale: false }) | { stale: true; conversation_id: number };

// The statement looks up each conversation once for the whole batch, however many messages it has in it. A batch that
// reaches no device costs one index probe for each participant.
const find = statement<Row>(
  'candidates-find',
  `with stored as (
     select * from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::integer[], $7::timestamptz[], $8::json[])
       as given(message_id, conversation_id, seq, sender_id, version, message_created_at, mentions)
   ), touched as materialized (
     select conversation_id, max(version) as version from stored group by conversation_id
   ), reached as materialized (
     select p.conversation_id, p.user_id, d.id as device_id, d.provider,
       ${preferenceColumns('p.conversation_id')},
       (select count(*) from (select from pushes w where w.device_id = d.id and w.state = 'pending' limit $6) as waiting)
         >= $6 as full
     from touched
     join participants p on p.conversation_id = touched.conversation_id
     join devices d on d.user_id = p.user_id and not d.is_signed_out
     ${joinPreferences('p')}
   )
   select false as stale, s.conversation_id, s.message_id, s.seq, r.user_id, r.device_id, r.provider,
     s.message_created_at, coalesce(mentions_user(s.mentions, r.user_id), false) as is_mention, r.muted, r.mentions_only,
     r.quiet_start, r.quiet_end, r.quiet_time_zone, r.quiet_days, r.push_after_seconds, r.full
   from stored s join reached r on r.conversation_id = s.conversation_id and r.user_id <> s.sender_id
   union all
   select true, t.conversation_id, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null
   from touched t
   where coalesce((select version from conversations c where c.conversation_id = t.conversation_id), 0) < t.version`,
);

/** Finds the devices that stored messages may be pushed to: those of every participant but the sender. */
export async function findCandidates(database: Database, messages: MessagesStored['messages']): Promise<Found> {
  const rows = await database.query(find, [
    messages.map((message) => message.message_id),
    messages.map((message) => message.conversation_id),
    messages.map((message) => message.seq),
    messages.map((message) => message.sender_id),
    messages.map((message) => message.conversation_version),
    PENDING_PER_DEVICE,
    messages.map((message) => message.created_at ?? null),
    messages.map((message) => (message.mentions === undefined ? null : JSON.stringify(message.mentions))),
  ]);
  return {
    candidates: rows.filter((row) => !row.stale),
    staleConversationIds: rows.filter((row) => row.stale).map((row) => row.conversation_id),
  };
}

/** A judged candidate: pending without a reason, held when its user looks connected, else skipped. */
export interface JudgedCandidate {
  candidate: Candidate;
  reason: SkipReason | undefined;
}

/** A push as it was recorded. */
export interface RecordedPush {
  provider: PushProvider;
  state: 'pending' | 'held' | 'skipped';
}

const insert = writeStatement<RecordedPush>(
  'pushes-insert',
  `insert into pushes
     (message_id, conversation_id, seq, user_id, device_id, provider, is_mention, message_created_at, state, reason,
      next_attempt_at, held_at, done_at)
   select message_id, conversation_id, seq, user_id, device_id, provider, is_mention, message_created_at,
     case when reason is null then 'pending' when reason = 'connected' then 'held' else 'skipped' end, reason,
     case when reason is null then now() end, case when reason = 'connected' then now() end,
     case when reason <> 'connected' then now() end
   from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::text[], $7::text[], $8::boolean[],
       $9::timestamptz[])
     as given(message_id, conversation_id, seq, user_id, device_id, provider, reason, is_mention, message_created_at)
   on conflict (message_id, device_id) do nothing
   returning provider, state`,
);

/** Records pushes. A push that is recorded already stays as it is. Returns the new ones. */
export function insertPushes(queries: Queries, judged: readonly JudgedCandidate[]): Promise<RecordedPush[]> {
  return queries.query(insert, [
    judged.map(({ candidate }) => candidate.message_id),
    judged.map(({ candidate }) => candidate.conversation_id),
    judged.map(({ candidate }) => candidate.seq),
    judged.map(({ candidate }) => candidate.user_id),
    judged.map(({ candidate }) => candidate.device_id),
    judged.map(({ candidate }) => candidate.provider),
    judged.map(({ reason }) => reason ?? null),
    judged.map(({ candidate }) => candidate.is_mention),
    judged.map(({ candidate }) => candidate.message_created_at),
  ]);
}
