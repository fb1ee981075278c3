/** Bytes at which a page ends, whatever was asked for: those that travel together fit into the 8 MB of the bus. */
export const PAGE_BYTES = 200_000;

/** Bytes of an answer that travels alone: in JSON one may become six, and the bus carries 8 MB. */
export const ANSWER_BYTES = 500_000;

/** What a message adds to its text, generously. */
export const ENVELOPE_BYTES = 500;
/** What everybody who reacted adds, with the emoji. */
export const REACTION_BYTES = 20;

/** SQL of the bytes of text in a message `m`. How long a content is, is known without reading it. */
export const TEXT_BYTES = 'coalesce(octet_length(m.content), 0) + coalesce(octet_length(m.attachments::text), 0)';

/** Columns of a message `m` for `cutToSize`: all of them, and what it takes in an answer. */
export const MEASURED = `
  m.*, ${ENVELOPE_BYTES} + ${TEXT_BYTES} + case when m.has_reactions then (
    select ${REACTION_BYTES} * count(*) from reactions r where r.message_id = m.id
  )::integer else 0 end as bytes`;

/**
 * SQL of the first rows of `rows` that take no more than `maxBytes` together, and of one at least. What does not fit is cut
 * where it lies: it is neither read nor sent. `rows` come in `order` and say their `bytes`.
 */
export function cutToSize(rows: string, order: string, maxBytes: number): string {
  return `
    select * from (
      select *, sum(bytes) over (order by ${order} rows unbounded preceding) as bytes_so_far
      from (${rows}) m
    ) m
    where bytes_so_far <= ${maxBytes} or bytes_so_far = bytes`;
}
