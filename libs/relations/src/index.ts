/**
 * Relations: the copy of companies' facts (people, policies, contracts, blocks) that a service keeps in its own schema. The
 * service puts `relationEntities` into its schema, and feeds the copy by durable events and by `find-relations`. Of two states
 * of one thing the one with the larger `version` holds.
 */

export { saveBlocks, saveCompanies, saveContracts, savePeople, saveRelations } from './save-relations.ts';
export { relationEntities } from './tables.ts';
