import { TestEnvironment } from 'jest-environment-node';
import { serviceHosts } from './service-hosts.ts';

/** Where code of a suite notes how what it starts is stopped; see suite-stops.ts. */
const STOPS = Symbol.for('vestnik.suite-stops');
/** Where code of a suite finds the hosts of services; see service-hosts.ts. */
const HOSTS = Symbol.for('vestnik.service-hosts');

/**
 * Jest's environment of a suite, which stops what the suite has started and not stopped. It does so also when a start has
 * failed or has taken too long, so that nothing is left behind.
 */
export default class SuiteEnvironment extends TestEnvironment {
  constructor(...given) {
    super(...given);
    this.global[STOPS] = [];
    this.global[HOSTS] = serviceHosts();
  }

  async teardown() {
    const faults = [];
    for (let stop = this.global[STOPS].pop(); stop; stop = this.global[STOPS].pop()) {
      try {
        await stop();
      } catch (fault) {
        faults.push(fault);
      }
    }
    await super.teardown();
    if (faults.length > 0) throw faults[0];
  }
}
