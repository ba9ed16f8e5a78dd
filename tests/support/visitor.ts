import { type IncomingHttpHeaders, request } from 'node:http';

// Somebody at a browser that keeps cookies, with every header in the test's own hands.

export type Reply = { status: number; headers: IncomingHttpHeaders; text: string; setCookies: string[] };

const send = (address: string, method: string, headers: Record<string, string>, body?: string | Uint8Array) =>
  new Promise<Reply>((resolve, reject) => {
    const outgoing = request(
      address,
      { method, headers: { ...headers, ...(body !== undefined && { 'content-length': String(Buffer.byteLength(body)) }) } },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (piece: string) => {
          text += piece;
        });
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text, setCookies: response.headers['set-cookie'] ?? [] }),
        );
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });

export const visitor = (origin: string, cookies = new Map<string, string>()) => {
  const ask = async (method: string, path: string, headers: Record<string, string> = {}, body?: string | Uint8Array) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const reply = await send(`${origin}${path}`, method, { ...(cookie && { cookie }), ...headers }, body);
    for (const line of reply.setCookies) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/u.exec(line) ?? [];
      if (/max-age=0/iu.test(line)) cookies.delete(name);
      else cookies.set(name, value);
    }
    return reply;
  };
  return {
    cookies,
    ask,
    get: (path: string, headers?: Record<string, string>) => ask('GET', path, headers),
    post: (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
      ask('POST', path, { 'content-type': 'application/x-www-form-urlencoded', ...headers }, new URLSearchParams(fields).toString()),
    /** Sends a form with a file in it. */
    upload: async (path: string, fields: Record<string, string>, file?: { name: string; bytes: Uint8Array<ArrayBuffer> }) => {
      const form = new FormData();
      for (const [name, value] of Object.entries(fields)) form.append(name, value);
      form.append('file', new Blob([file?.bytes ?? new Uint8Array()]), file?.name ?? '');
      const sent = new Response(form);
      return ask('POST', path, { 'content-type': sent.headers.get('content-type') ?? '' }, new Uint8Array(await sent.arrayBuffer()));
    },
    /** Opens a page for the token in its forms, as a person would before sending one. */
    csrf: async (path: string) => field(await ask('GET', path), 'csrf'),
  };
};

/** The value of a hidden field of a page. */
export const field = ({ text }: Reply, name: string): string => new RegExp(`name="${name}" value="([^"]*)"`, 'u').exec(text)?.[1] ?? '';

/** What a page says first. */
export const heading = ({ text }: Reply): string =>
  /<h1[^>]*>([\s\S]*?)<\/h1>/u
    .exec(text)?.[1]
    ?.replaceAll(/<[^>]*>|\s+/gu, ' ')
    .trim() ?? '';
