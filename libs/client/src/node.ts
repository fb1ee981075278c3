export { fileStorage } from './storage/file.ts';
