export {
  CLOCK_TOLERANCE_SECONDS,
  createVerifier,
  type Identity,
  KeyError,
  signToken,
  type TokenKeys,
  type Verifier,
} from './tokens.ts';
