import express from 'express';

/** The least that Express can do: one page of so many bytes, whoever asks. What a page costs before it says anything. */

const page = (bytes: number) =>
  `<!doctype html><html lang="en"><title>A page</title><p>${'nothing '.repeat(Math.max(0, Math.ceil((bytes - 60) / 8)))}</p></html>`;
const pages = new Map<number, string>();

const app = express();
app.get('/bytes/:many', (request, response) => {
  const many = Number(request.params.many);
  const text = pages.get(many) ?? page(many);
  pages.set(many, text);
  response.type('html').send(text);
});
app.listen(Number(process.env.PORT), '127.0.0.1', () => process.send?.({ listening: true }));
