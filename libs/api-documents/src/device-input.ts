import { deviceTargets, PUSH_PROVIDERS } from '@vestnik/contracts';
import { z } from 'zod';

/** The body of a device registration: one shape for each provider. */
export const deviceInput = z.union(
  PUSH_PROVIDERS.map((provider) => deviceTargets[provider].extend({ provider: z.literal(provider) })),
);
