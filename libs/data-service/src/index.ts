export { type ChangeQueue, createChangeQueue } from './change-queue.ts';
export { migrateDataService, migrateDataServices } from './migrate-data-service.ts';
export { runDataService } from './run-data-service.ts';
export { type Kit, startDataService } from './start-data-service.ts';
