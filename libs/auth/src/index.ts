export { CLOCK_TOLERANCE_SECONDS } from './clock.ts';
export { fingerprint, type Identity, tokenFingerprint } from './identity.ts';
export { createVerifier, KeyError, signToken, type TokenKeys, type Verifier } from './tokens.ts';
