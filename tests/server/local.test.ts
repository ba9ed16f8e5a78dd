import { describe, expect, it } from 'vitest';
import { isFromThisMachine, isLocalRequest } from '../../src/web/local.ts';

type Asked = { from: string; headers: Record<string, string>; publicUrl: string };
const here: Asked = { from: '127.0.0.1', headers: { host: 'localhost:3000' }, publicUrl: 'http://localhost:3000' };
const request = ({ from, headers }: Asked) => ({ headers, socket: { remoteAddress: from } }) as never;

describe('acting as a demonstration person', () => {
  it.each<[string, Partial<Asked>]>([
    ['by IPv4', {}],
    ['by IPv6', { from: '::1', headers: { host: '[::1]:3000' } }],
    ['by IPv4 within IPv6', { from: '::ffff:127.0.0.1' }],
    ['by number', { headers: { host: '127.0.0.1:3000' }, publicUrl: 'http://127.0.0.1:3000' }],
  ])('is for somebody at this machine, %s', (_how, change) => {
    expect(isLocalRequest(request({ ...here, ...change }), { ...here, ...change })).toBe(true);
  });

  it.each<[string, Partial<Asked>]>([
    ['somebody on the network', { from: '192.168.1.20' }],
    ['a page elsewhere whose name was rebound to this machine', { headers: { host: 'evil.example.org' } }],
    ['a name that only begins like ours', { headers: { host: 'localhost.evil.example.org' } }],
    ['nobody who says no host', { headers: {} }],
    ['a host that is none', { headers: { host: 'local host' } }],
    ['somebody behind a proxy here', { headers: { host: 'localhost:3000', 'x-forwarded-for': '203.0.113.9' } }],
    ['somebody behind a proxy that says only the scheme', { headers: { host: 'localhost:3000', 'x-forwarded-proto': 'https' } }],
    ['somebody behind a proxy that follows the standard', { headers: { host: 'localhost:3000', forwarded: 'for=203.0.113.9' } }],
    ['anybody, when the server is known to the world', { publicUrl: 'https://commoncause.example.org' }],
  ])('is not for %s', (_who, change) => {
    expect(isLocalRequest(request({ ...here, ...change }), { ...here, ...change })).toBe(false);
  });
});

describe('reading the metrics without a token', () => {
  it('is for this machine, whatever it is called, and not for whom a proxy here speaks for', () => {
    expect(isFromThisMachine(request({ ...here, headers: { host: 'metrics' } }))).toBe(true);
    expect(isFromThisMachine(request({ ...here, from: '10.0.0.7' }))).toBe(false);
    expect(isFromThisMachine(request({ ...here, headers: { 'x-forwarded-host': 'metrics' } }))).toBe(false);
  });
});
