export { CLOCK_TOLERANCE_SECONDS } from './clock.ts';
export { fingerprint, type Identity, tokenFingerprint } from './identity.ts';
export { KeyError } from './key-error.ts';
export { createVerifier, SECRET_BYTES, signToken, type TokenKeys, type Verifier } from './tokens.ts';
