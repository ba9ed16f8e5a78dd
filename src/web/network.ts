import { BlockList } from 'node:net';
import type { Request } from 'express';

/** Addresses of this machine and of networks behind a router (RFC 1918, 6598, 3927, 4193, 4291): here a proxy speaks for everybody. */
const NEARBY = new BlockList();
for (const [address, bits] of [
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['100.64.0.0', 10],
  ['169.254.0.0', 16],
] as const)
  NEARBY.addSubnet(address, bits, 'ipv4');
for (const [address, bits] of [
  ['::1', 128],
  ['fc00::', 7],
  ['fe80::', 10],
] as const)
  NEARBY.addSubnet(address, bits, 'ipv6');

/**
 * Who asks, for counting tries; undefined where one address stands for everybody. No proxy's header is believed: anybody can send one.
 * docs/decisions.md, "Tries at signing in".
 */
export const networkOf = (request: Request): string | undefined => {
  const address = (request.socket.remoteAddress ?? '').replace(/^::ffff:(?=\d+\.)/iu, '');
  return address === '' || NEARBY.check(address, address.includes(':') ? 'ipv6' : 'ipv4') ? undefined : address;
};
