import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import type { DeviceState, NotificationLevel, PushProvider } from '@vestnik/contracts';
import { identity, locksEntity, type Schema } from '@vestnik/database';

const bigint = () => p.bigint('number');
const moment = () => p.datetime().columnType('timestamptz(6)');

/** A conversation in the own copy of membership, as of `version` of the conversation in its own service. */
const conversationEntity = defineEntity({
  name: 'Conversation',
  tableName: 'conversations',
  properties: {
    conversation_id: bigint().primary().autoincrement(false),
    version: p.integer(),
  },
});

/** A participant of a conversation in the own copy. */
const participantEntity = defineEntity({
  name: 'Participant',
  tableName: 'participants',
  properties: {
    conversation_id: bigint().primary(),
    user_id: bigint().primary(),
    /** The addressee of a direct conversation who has not accepted it. */
    is_invited: p.boolean().default(false),
  },
});

/** A user who is invited into a group, in the own copy. */
const invitationEntity = defineEntity({
  name: 'Invitation',
  tableName: 'invitations',
  properties: { conversation_id: bigint().primary(), user_id: bigint().primary() },
});

/** A push target of a user. */
export const deviceEntity = defineEntity({
  name: 'Device',
  tableName: 'devices',
  properties: {
    id: identity(),
    user_id: bigint(),
    provider: p.text().$type<PushProvider>(),
    target: p.json<Record<string, unknown>>(),
    /** Two targets of one provider with the same key are the same target. */
    target_key: p.text(),
    /** The signing secret of a webhook; null for all others. */
    secret: p.text().nullable(),
    created_at: moment(),
    /** Grows with every registration. A verdict about an older version changes nothing. */
    version: p.integer().default(1),
    state: p.text().$type<DeviceState>().default('active'),
    /** The fault of the last attempt; null after an attempt that arrived. */
    last_error: p.text().nullable(),
    /** When the token that registered the device was issued; null where an older release did. */
    token_issued_at: moment().nullable(),
    /** The fingerprints of that token, and of those that took its place by `refresh_token`: the newest ones first. */
    token_fingerprints: p.array().columnType('text[]').defaultRaw(`'{}'`),
    /** When the last of these tokens expires, or a later moment at which the user was seen; null where an older release did. */
    token_expires_at: moment().nullable(),
    /** One of these tokens was revoked, or the user did not come back: the device gets no pushes until it is registered again. */
    is_signed_out: p.boolean().default(false),
  },
  uniques: [{ name: 'devices_target', properties: ['provider', 'target_key'] }],
  checks: [{ name: 'devices_state', expression: "state in ('active', 'failing', 'suspended')" }],
  indexes: [
    { name: 'devices_of_user', properties: ['user_id', 'id'] },
    { name: 'devices_token_expires_at', properties: ['token_expires_at'] },
    { name: 'devices_old_keys', properties: ['id'], where: "target_key !~~ 'v2:%'" },
  ],
});

/** One row of devices. */
export type DeviceRow = InferEntity<typeof deviceEntity>;

/** A user's notification preferences. The three columns of quiet hours are null together. */
const preferencesEntity = defineEntity({
  name: 'Preferences',
  tableName: 'preferences',
  properties: {
    user_id: bigint().primary().autoincrement(false),
    muted_conversation_ids: p.array(Number).columnType('bigint[]'),
    quiet_start: p.text().nullable(),
    quiet_end: p.text().nullable(),
    quiet_time_zone: p.text().nullable(),
    /** Days on which quiet hours begin; 1 is Monday. */
    quiet_days: p.array(Number).columnType('integer[]').defaultRaw(`'{1,2,3,4,5,6,7}'`),
    /** A connected user gets pushes for messages that are still unread after this time; null: none. */
    push_after_seconds: p.integer().nullable(),
    /** Grows with every change; 0 before the first. */
    version: p.integer().default(1),
  },
  checks: [
    {
      name: 'preferences_quiet_hours',
      expression: 'num_nulls(quiet_start, quiet_end, quiet_time_zone) in (0, 3)',
    },
  ],
});

/** A user's choice which messages of one conversation are pushed. A conversation without a row has the level `all`. */
const conversationPreferencesEntity = defineEntity({
  name: 'ConversationPreferences',
  tableName: 'conversation_preferences',
  properties: {
    user_id: bigint().primary(),
    conversation_id: bigint().primary(),
    level: p.text().$type<NotificationLevel>(),
    muted_until: moment().nullable(),
  },
  checks: [{ name: 'conversation_preferences_level', expression: "level in ('all', 'mentions', 'none')" }],
});

/**
 * The pushes that wait for one device. No foreign key to devices: a push outlives its device, and so does a queue that
 * still has one.
 */
export const queueEntity = defineEntity({
  name: 'Queue',
  tableName: 'queues',
  properties: {
    device_id: bigint().primary().autoincrement(false),
    user_id: bigint(),
    /** When the first pending push is due; null when none is pending. A claim moves a queue that is due to the back. */
    due_at: moment().nullable(),
    /** The last attempt at the device failed or took too long: attempts use slots of their own. */
    isolated: p.boolean().default(false),
    /** The target said that the device has to wait until then. */
    paused_until: moment().nullable(),
  },
  indexes: [{ name: 'queues_due', properties: ['isolated', 'due_at', 'device_id'], where: 'due_at is not null' }],
});

/** The states of a push. */
export type PushState = 'pending' | 'held' | 'sent' | 'failed' | 'skipped';

/** One message for one device: the record of what became of it. */
const pushEntity = defineEntity({
  name: 'Push',
  tableName: 'pushes',
  properties: {
    id: identity(),
    message_id: bigint(),
    conversation_id: bigint(),
    seq: bigint(),
    user_id: bigint(),
    device_id: bigint(),
    provider: p.text().$type<PushProvider>(),
    state: p.text().$type<PushState>(),
    reason: p.text().nullable(),
    attempts: p.integer().default(0),
    /** When a pending push is due. A claim moves it ahead, which is the lease. */
    next_attempt_at: moment().nullable(),
    held_at: moment().nullable(),
    created_at: moment().defaultRaw('now()'),
    done_at: moment().nullable(),
    /** The message mentions the user, or all. */
    is_mention: p.boolean().default(false),
    /** When the message was stored; null where an older release recorded the push. */
    message_created_at: moment().nullable(),
    /** It tells of an invitation into a group: `message_id` is the negative id of the conversation, and `seq` 0. */
    is_invitation: p.boolean().default(false),
  },
  uniques: [{ name: 'pushes_once', properties: ['message_id', 'device_id'] }],
  checks: [
    { name: 'pushes_state_check', expression: "state in ('pending', 'held', 'sent', 'failed', 'skipped')" },
    { name: 'pushes_due', expression: "(state = 'pending') = (next_attempt_at is not null)" },
    { name: 'pushes_held', expression: "(state = 'held') = (held_at is not null)" },
  ],
  indexes: [
    { name: 'pushes_pending', properties: ['device_id', 'next_attempt_at', 'id'], where: "state = 'pending'" },
    { name: 'pushes_held_at', properties: ['held_at', 'id'], where: "state = 'held'" },
    // Rows come in the order of created_at, so the smallest index there is finds the old ones.
    { name: 'pushes_created_at', properties: ['created_at'], type: 'brin' },
  ],
});

/** The installation that the pushes of this schema come from: one row, which a migration inserts. */
const installationEntity = defineEntity({
  name: 'Installation',
  tableName: 'installation',
  properties: {
    id: p.text().primary(),
    last_former_push: bigint(),
  },
});

/** The schema of notifications. */
export const schema: Schema = {
  name: 'notifications',
  folder: new URL('../../', import.meta.url),
  entities: [
    conversationEntity,
    participantEntity,
    invitationEntity,
    deviceEntity,
    preferencesEntity,
    conversationPreferencesEntity,
    queueEntity,
    pushEntity,
    locksEntity,
    installationEntity,
  ],
  extras: {
    triggers: [
      `create trigger queue_inserted after insert on pushes
       referencing new table as changed for each statement execute function queue_pushes()`,
      `create trigger queue_updated after update on pushes
       referencing old table as earlier new table as changed for each statement execute function queue_pushes()`,
    ],
  },
};
