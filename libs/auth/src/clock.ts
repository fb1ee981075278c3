/** Clocks of issuer and verifier may differ by this much, in seconds. */
export const CLOCK_TOLERANCE_SECONDS = 5;
