import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { durableEvents, companiesEndpoints as endpoints } from '@vestnik/contracts';
import { until } from '@vestnik/testing';
import { prepareService, type ServiceUnderTest } from './service-under-test.ts';

let service: ServiceUnderTest;
beforeAll(async () => {
  service = await prepareService();
  await service.start();
  await service.start();
});
afterAll(() => service.stop());

const personOf = async (userId: number) => (await service.relationsOf(userId)).people[0];

test('the first token binds its user to its company, and a token of another company changes nothing', async () => {
  expect(await service.signIn(1, 10, { name: 'Anna' })).toBe(10);
  expect(await service.signIn(1, 11, { name: 'Mallory', issued_at: 9 })).toBe(10);
  expect(await service.relationsOf(1, 2)).toEqual({
    people: [{ id: 1, company_id: 10, name: 'Anna', picture_url: null, version: 1 }],
    companies: [{ id: 10, name: null, policy: {}, version: 1 }],
    contracts: [],
    blocks: [],
  });
});

test('tokens of two companies that come at once bind a user to one of them', async () => {
  const claims = Array.from({ length: 40 }, (_, index) => 100 + (index % 20));
  const bound = await Promise.all(claims.map((userId, index) => service.signIn(userId, index < 20 ? 20 : 21)));
  claims.forEach((userId, index) => expect(bound[index]).toBe(bound[claims.indexOf(userId)]));
  const { people } = await service.relationsOf(...claims);
  for (const { id, company_id } of people) expect(company_id).toBe(bound[claims.indexOf(id)]);
});

test('the claims of the token issued later hold, in whichever order tokens come', async () => {
  const picture_url = 'https://example.org/boris.png';
  await service.signIn(3, 30, { issued_at: 20, name: 'Boris', company_name: 'Birch' });
  await service.signIn(3, 30, { issued_at: 10, name: 'Old', picture_url, company_name: 'Old' });
  expect(await personOf(3)).toMatchObject({ name: 'Boris', picture_url });
  await service.signIn(3, 30, { issued_at: 30 });
  expect(await personOf(3)).toMatchObject({ name: 'Boris', picture_url, version: 2 });
  await service.signIn(4, 30, { issued_at: 40, company_name: 'Birches' });
  expect((await service.relationsOf(3)).companies).toMatchObject([{ id: 30, name: 'Birches' }]);
});

test('a change of people is published with its version, and a token that says nothing new is not', async () => {
  const people = await service.collect(durableEvents.peopleChanged);
  const companies = await service.collect(durableEvents.companyChanged);
  await service.signIn(5, 50, { name: 'Vera', company_name: 'Elm' });
  await service.signIn(5, 50, { name: 'Vera', company_name: 'Elm', issued_at: 2 });
  await service.signIn(5, 50, { name: 'Vera P', issued_at: 3 });
  await until('both versions were published', () => people.length === 2);
  expect(people.map((event) => event.people)).toEqual([
    [{ id: 5, company_id: 50, name: 'Vera', picture_url: null, version: 1 }],
    [{ id: 5, company_id: 50, name: 'Vera P', picture_url: null, version: 2 }],
  ]);
  expect(companies).toEqual([{ company: { id: 50, name: 'Elm', policy: {}, version: 2 } }]);
});

test('one report takes several tokens of one user in their order', async () => {
  const token = { user_id: 6, company_id: 60, issued_at: 1 };
  const tokens = [token, { ...token, name: 'Gleb' }, { ...token, company_id: 61 }];
  expect(await service.bus.request(endpoints.reportTokens, { tokens })).toEqual({ company_ids: [60, 60, 60] });
  expect(await personOf(6)).toMatchObject({ name: 'Gleb', company_id: 60 });
});

test('a person who was moved keeps the name and loses the role, and tokens of the former company change nothing', async () => {
  await service.signIn(7, 70, { name: 'Dina', role: 'admin', issued_at: 5 });
  const people = await service.collect(durableEvents.peopleChanged);
  const person = { id: 7, company_id: 71, name: 'Dina', picture_url: null, version: 2 };
  expect(await service.bus.request(endpoints.moveUser, { user_id: 7, company_id: 71 })).toEqual({ person });
  expect(people).toEqual([{ people: [person] }]);
  expect(await service.signIn(7, 70, { name: 'Mallory', issued_at: 9 })).toBe(71);
  expect(await personOf(7)).toEqual(person);
  expect(await service.sql('select role from companies.people where user_id = 7')).toEqual([{ role: null }]);
  await expect(service.bus.request(endpoints.moveUser, { user_id: 8, company_id: 71 })).rejects.toMatchObject({
    code: 'not_found',
  });
});
