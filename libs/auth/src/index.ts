export { CLOCK_TOLERANCE_SECONDS } from './clock.ts';
export type { Identity } from './identity.ts';
export { createVerifier, KeyError, signToken, type TokenKeys, type Verifier } from './tokens.ts';
