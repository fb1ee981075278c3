/** How many hues the styles have for companies. */
const HUES = 6;

/** Returns which hue a company has, 0 to 5. Neighbouring ids get different hues. */
export function hueOf(companyId: number): number {
  return companyId % HUES;
}
