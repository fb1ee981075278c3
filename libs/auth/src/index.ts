export { CLOCK_TOLERANCE_SECONDS } from './clock.ts';
export { fingerprint, type Identity, type TokenRules, tokenFingerprint } from './identity.ts';
export { KeyError } from './key-error.ts';
export { type SignedClaims, signToken } from './sign-token.ts';
export {
  createVerifier,
  type KeyedVerifier,
  SECRET_BYTES,
  type TokenKeys,
  type TrustedIssuer,
  type Verifier,
} from './verifier.ts';
