/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  testMatch: [
    '<rootDir>/libs/*/tests/**/*.test.ts',
    '<rootDir>/services/*/tests/**/*.test.ts',
    '<rootDir>/tests/**/*.test.ts',
    '<rootDir>/{docs,tools}/tests/**/*.test.ts',
  ],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2024' }, module: { type: 'es6' }, sourceMaps: 'inline' },
    ],
  },
  modulePathIgnorePatterns: ['<rootDir>/.data/', '<rootDir>/.runtime/'],
  watchPathIgnorePatterns: ['<rootDir>/.data/', '<rootDir>/.runtime/'],
  globalSetup: '<rootDir>/libs/testing/src/global-setup.ts',
  globalTeardown: '<rootDir>/libs/testing/src/global-teardown.ts',
  testTimeout: 30_000,
  maxWorkers: 2,
};
