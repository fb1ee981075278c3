import { availableParallelism } from 'node:os';

/**
 * Suites at once. Most suites boot a whole system. With twice as many as processors each took four times as long, and what a
 * client may wait for came too late.
 */
const WORKERS = Math.min(8, Math.max(2, availableParallelism()));

/** @type {import('jest').Config} */
export default {
  testMatch: [
    '<rootDir>/libs/*/tests/**/*.test.ts',
    '<rootDir>/services/*/tests/**/*.test.ts',
    '<rootDir>/clients/*/tests/**/*.test.ts',
    '<rootDir>/tests/**/*.test.ts',
    '<rootDir>/{docs,tools}/tests/**/*.test.ts',
  ],
  cacheDirectory: '<rootDir>/.data/jest',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2024' }, module: { type: 'es6' }, sourceMaps: 'inline' },
    ],
  },
  resolver: '<rootDir>/libs/testing/src/jest-resolver.cjs',
  modulePathIgnorePatterns: ['<rootDir>/libs/client/dist/', '<rootDir>/.data/', '<rootDir>/.runtime/'],
  watchPathIgnorePatterns: ['<rootDir>/.data/', '<rootDir>/.runtime/'],
  globalSetup: '<rootDir>/libs/testing/src/global-setup.ts',
  globalTeardown: '<rootDir>/libs/testing/src/global-teardown.ts',
  testEnvironment: '<rootDir>/libs/testing/src/suite-environment.mjs',
  // No test is judged by this: waits have deadlines of their own, which follow the machine and say what was awaited.
  testTimeout: 600_000,
  testSequencer: '<rootDir>/libs/testing/src/longest-first.mjs',
  maxWorkers: WORKERS,
};
