import { describe, expect, test } from '@jest/globals';
import { readConfig } from '../src/config.ts';
import { createClientAddresses } from '../src/limits/client-address.ts';

const required = { NATS_URL: 'nats://127.0.0.1:4222', JWT_SECRET: 'x'.repeat(32) };
const addressesOf = (proxies: string) =>
  createClientAddresses(readConfig({ ...required, TRUSTED_PROXIES: proxies }).trustedProxies);

describe('the address of a client', () => {
  test.each([
    ['without trusted proxies the peer, whatever the header says', '', '192.0.2.9', '203.0.113.7', '192.0.2.9'],
    ['the peer that is no trusted proxy', '10.0.0.0/8', '192.0.2.9', '203.0.113.7', '192.0.2.9'],
    ['the proxy itself without a header', '10.0.0.1', '10.0.0.1', undefined, '10.0.0.1'],
    ['what a trusted proxy says', '10.0.0.1', '10.0.0.1', '203.0.113.7', '203.0.113.7'],
    ['the rightmost that is no proxy', '10.0.0.0/8', '10.0.0.1', '1.1.1.1, 203.0.113.7 ,10.9.9.9', '203.0.113.7'],
    ['the leftmost when all are proxies', '10.0.0.0/8', '10.0.0.1', '10.0.0.3,10.0.0.2', '10.0.0.3'],
    [
      'nothing to the left of what is no address',
      '10.0.0.0/8',
      '10.0.0.1',
      '203.0.113.7, unknown, 10.0.0.2',
      '10.0.0.2',
    ],
    ['no octal and no shortened address', '10.0.0.0/8', '10.0.0.1', '0300.1', '10.0.0.1'],
    ['without its port', '10.0.0.1', '10.0.0.1', '203.0.113.7:4711', '203.0.113.7'],
    ['IPv4 that is written as IPv6', '10.0.0.1', '::ffff:10.0.0.1', '::ffff:203.0.113.7', '203.0.113.7'],
    ['an IPv6 proxy', '2001:db8::/32', '2001:db8::5', '203.0.113.7', '203.0.113.7'],
    ['IPv6 by its /64', '10.0.0.1', '10.0.0.1', '[2001:db8:1:2:3:4:5:6]:443', '2001:db8:1:2::/64'],
    ['the IPv6 peer by its /64, in every spelling', '', '2001:DB8:1:2:0::9', undefined, '2001:db8:1:2::/64'],
  ])('is %s', (_, proxies, peer, header, address) => {
    expect(addressesOf(proxies).of(peer, header)).toBe(address);
  });

  test.each(['proxy.example', '10.0.0.0/33', '10.0.0/8', '10.0.0.1/', '*', '10.0.0.1;10.0.0.2'])(
    'no list of proxies: %s',
    (proxies) => expect(() => addressesOf(proxies)).toThrow(/^TRUSTED_PROXIES: /),
  );
});
