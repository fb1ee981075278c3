export { decide, strictest } from './decide.ts';
export {
  ACTS,
  type Act,
  type Contract,
  type Decision,
  type Facts,
  PARTNER_RULES,
  type PartnerRule,
  type Policy,
  type Side,
  type Terms,
} from './facts.ts';
