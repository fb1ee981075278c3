import { Parser } from '@asyncapi/parser';
import { expect, test } from '@jest/globals';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { createAsyncApi, createOpenApi } from '../src/index.ts';

const limits = {
  contentLength: 10_000,
  attachments: 10,
  groupSize: 1_000,
  syncConversations: 1_000,
  watchedUsers: 1_000,
};

test('the REST document is valid OpenAPI 3.1, and the linter has nothing to say', async () => {
  const config = await createConfig({ extends: ['recommended-strict'] });
  const source = JSON.stringify(createOpenApi(limits));
  const findings = await lintFromString({ source, absoluteRef: 'openapi.json', config });
  expect(findings.map(({ ruleId, message }) => `${ruleId}: ${message}`)).toEqual([]);
});

test('the document of the sockets is valid AsyncAPI 3, and the official parser has nothing to say', async () => {
  const { document, diagnostics } = await new Parser().parse(JSON.stringify(createAsyncApi(limits, 'localhost:3001')));
  expect(diagnostics.map(({ code, message }) => `${code}: ${message}`)).toEqual([]);
  expect(document?.allOperations().length).toBeGreaterThan(10);
});

test('the limits of the process stand in the documents', () => {
  const text = JSON.stringify(createOpenApi({ ...limits, attachments: 3, groupSize: 77 }));
  expect(text).toContain('"maxItems":77');
  expect(text).toContain('"maxItems":3');
});
