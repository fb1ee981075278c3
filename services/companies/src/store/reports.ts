import type { FiledReport, Message, ShownReport } from '@vestnik/contracts';
import { isoTime, statement } from '@vestnik/database';

/** The messages that a report keeps as they were: the reported one, and those before it, oldest first. */
export interface ReportSnapshot {
  message: Message;
  before: Message[];
}

/** A report without its snapshot, as a statement reads it. */
export interface FiledRow {
  id: number;
  message_id: number;
  reason: string;
  created_at: string;
}

/** A report as a statement reads it. `snapshot` is null where it does not fit into the page. */
export interface ReportRow {
  id: number;
  reporter_id: number;
  reason: string;
  created_at: string;
  snapshot: ReportSnapshot | null;
}

/** Bytes of the snapshots of one page, at most, unless one alone is longer; the bus carries 8 MB. */
const PAGE_BYTES = 2_000_000;

/** Adds a report. No row: the reporter has reported the message to this company before. */
export const addReport = statement<
  FiledRow,
  [companyId: number, reporterId: number, messageId: number, reason: string, snapshot: string]
>(
  'add-report',
  `insert into reports (company_id, reporter_id, message_id, reason, snapshot, length, created_at)
   values ($1, $2, $3, $4, $5::json, octet_length($5::text), now())
   on conflict (company_id, reporter_id, message_id) do nothing
   returning id, message_id, reason, created_at`,
);

/** Reads the report of a message by a user to a company. */
export const findReport = statement<FiledRow, [companyId: number, reporterId: number, messageId: number]>(
  'find-report',
  `select id, message_id, reason, created_at from reports
   where company_id = $1 and reporter_id = $2 and message_id = $3`,
);

/** Reads the reports of a company below an id, newest first, with the snapshots that fit into one page. */
export const listReports = statement<ReportRow, [companyId: number, below: number, limit: number]>(
  'list-reports',
  `select r.id, r.reporter_id, r.reason, r.created_at,
     case when p.place = 1 or p.bytes <= ${PAGE_BYTES} then r.snapshot end as snapshot
   from (
     select id, row_number() over newest_first as place, sum(length) over newest_first as bytes from (
       select id, length from reports where company_id = $1 and id < $2 order by id desc limit $3
     ) below
     window newest_first as (order by id desc)
   ) p
   join reports r on r.id = p.id
   order by r.id desc`,
);

/** Returns a report as its reporter sees it. */
export function filedReport({ created_at, ...report }: FiledRow): FiledReport {
  return { ...report, at: isoTime(created_at) };
}

/** Returns a report as the admins of the company see it. */
export function shownReport(
  { id, reporter_id, reason, created_at }: ReportRow,
  { message, before }: ReportSnapshot,
): ShownReport {
  return { id, at: isoTime(created_at), reporter_id, reason, message, before };
}
