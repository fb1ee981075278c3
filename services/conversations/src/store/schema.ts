/** The schema that this service owns, named like its role. */
export const SCHEMA = 'conversations';
