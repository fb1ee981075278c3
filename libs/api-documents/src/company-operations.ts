import { companyInput } from '@vestnik/contracts';
import { z } from 'zod';
import { companyAnswers } from './company-answers.ts';
import type { Operation } from './operation.ts';
import { cursor, limit } from './parameters.ts';

const FOR_ADMINS = 'For people with the role admin in the company of their token.';
const FOR_ROLES = 'For people with the role admin or compliance in the company of their token.';

/** The routes by which the people of a company govern it, described for clients. */
export const companyOperations: readonly Operation[] = [
  {
    method: 'GET',
    path: '/company',
    name: 'getCompany',
    tag: 'Company',
    summary: "Get the caller's company",
    answers: { 200: { description: 'The company', data: companyAnswers.company } },
  },
  {
    method: 'PATCH',
    path: '/company/policy',
    name: 'setPolicy',
    tag: 'Company',
    summary: 'Change rules of the company',
    description: `${FOR_ADMINS} Rules that the body leaves out stay.`,
    body: { schema: companyInput.policy, example: { partners: 'consent' } },
    answers: { 200: { description: 'The company', data: companyAnswers.company } },
    refusals: ['forbidden', 'invalid'],
  },
  {
    method: 'GET',
    path: '/company/contracts',
    name: 'listContracts',
    tag: 'Company',
    summary: 'List the contracts of the company',
    description: FOR_ROLES,
    query: { limit, cursor },
    answers: { 200: { description: 'A page', data: companyAnswers.contractPage } },
    refusals: ['forbidden'],
  },
  {
    method: 'POST',
    path: '/company/contracts',
    name: 'proposeContract',
    tag: 'Company',
    summary: 'Propose a contract to another company',
    description: `${FOR_ADMINS} An admin of the other company accepts it.`,
    body: { schema: companyInput.proposal, example: { companyId: 2 } },
    answers: { 201: { description: 'The proposal', data: companyAnswers.contract } },
    refusals: ['forbidden', 'not_found', 'conflict', 'invalid'],
  },
  {
    method: 'PATCH',
    path: '/company/contracts/:companyId',
    name: 'proposeTerms',
    tag: 'Company',
    summary: 'Propose other terms of a contract',
    description: `${FOR_ADMINS} The terms that hold stay until an admin of the other company accepts.`,
    body: { schema: companyInput.terms, example: { terms: { direct: true, groups: true, invite: false } } },
    answers: { 200: { description: 'The contract', data: companyAnswers.contract } },
    refusals: ['forbidden', 'not_found', 'conflict'],
  },
  {
    method: 'DELETE',
    path: '/company/contracts/:companyId',
    name: 'severContract',
    tag: 'Company',
    summary: 'Sever a contract, or end a proposal',
    description: `${FOR_ADMINS} The other company is not asked.`,
    answers: { 200: { description: 'The severed contract', data: companyAnswers.contract } },
    refusals: ['forbidden', 'not_found'],
  },
  {
    method: 'POST',
    path: '/company/contracts/:companyId/accept',
    name: 'acceptContract',
    tag: 'Company',
    summary: 'Accept what the other company proposed',
    description: FOR_ADMINS,
    query: {
      version: {
        description: 'The version that was seen: with it, terms that came later are not accepted',
        schema: z.int().min(1),
      },
    },
    answers: { 200: { description: 'The contract', data: companyAnswers.contract } },
    refusals: ['forbidden', 'not_found', 'conflict'],
  },
  {
    method: 'GET',
    path: '/company/audit',
    name: 'listAudit',
    tag: 'Company',
    summary: 'List what was done in and to the company, oldest first',
    description: FOR_ROLES,
    query: { limit, cursor },
    answers: { 200: { description: 'A page', data: companyAnswers.auditPage } },
    refusals: ['forbidden'],
  },
];
