import type { FiledReport, ShownReport } from '@vestnik/contracts';
import { z } from 'zod';
import { message } from './answers.ts';

const id = z.int().positive();
const isoTime = z.iso.datetime({ precision: 3 });

const filed = z
  .looseObject({ id, at: isoTime, message_id: id, reason: z.string() })
  .meta({ id: 'FiledReport', description: 'A report, as its reporter sees it' }) satisfies z.ZodType<FiledReport>;

const report = z
  .looseObject({
    id,
    at: isoTime,
    reporter_id: id,
    reason: z.string(),
    message,
    before: z.array(message).meta({ description: 'The messages before it, oldest first, at most ten' }),
  })
  .meta({ id: 'Report', description: 'A reported message, as it was then' }) satisfies z.ZodType<ShownReport>;

/** The data of answers about reported messages. */
export const reportAnswers = {
  filed: z.looseObject({ report: filed }),
  page: z.looseObject({
    reports: z.array(report),
    next_cursor: z.string().nullable().meta({ description: 'Opaque; null at the end' }),
  }),
};
