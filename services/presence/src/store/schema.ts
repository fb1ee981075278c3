/** The schema that presence owns; its login role bears the same name. */
export const SCHEMA = 'presence';
