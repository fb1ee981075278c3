export { CLOCK_TOLERANCE_SECONDS } from './clock.ts';
export { fingerprint, type Identity, type TokenRules, tokenFingerprint } from './identity.ts';
export { KeyError } from './key-error.ts';
export { signToken } from './sign-token.ts';
export { createVerifier, type KeyedVerifier, SECRET_BYTES, type TokenKeys, type Verifier } from './verifier.ts';
