export { decide, strictest } from './decide.ts';
export {
  ACTS,
  type Act,
  type Contract,
  type Decision,
  type Facts,
  type Side,
} from './facts.ts';
