import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { commands } from '../../commands/index.ts';
import { SHEETS } from '../../src/imports/fields.ts';
import { LIMITS, megabytes } from '../../src/imports/sheet/limits.ts';

const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');

/** What stands between two marks of the README. */
const between = (mark: string) => new RegExp(`<!-- ${mark}[^>]*-->\\n([\\s\\S]*?)<!-- /${mark} -->`, 'u').exec(readme)?.[1]?.trim();

/** The rows of a table there, however its columns are aligned. */
const table = (mark: string) =>
  (between(mark) ?? '')
    .split('\n')
    .filter((row) => !/^[|\s-]+$/u.test(row))
    .map((row) => row.replaceAll(/\s+/gu, ' '));

const WHO = {
  all: 'everyone',
  partner: 'partners',
  lead: 'pilot leads',
  coordinator: 'coordinators',
  adviser: 'advisers',
  evaluator: 'evaluators',
  administrator: 'administrators',
};

describe('the README', () => {
  it('has the table of commands that the list gives', () => {
    const rows = commands.map(({ name, aliases, summary, usage, listedFor }) => {
      const who = listedFor === 'all' ? WHO.all : listedFor.map((role) => WHO[role]).join(', ');
      return `| \`${`/${name} ${usage}`.trim()}\` | ${summary}${aliases.length > 0 ? ` (also ${aliases.map((alias) => `\`${alias}\``).join(', ')})` : ''} | ${who} |`;
    });
    expect(table('commands')).toEqual(['| command | what it does | listed for |', ...rows]);
  });

  it('has the sheets that an import reads, and how much of them', () => {
    const rows = Object.values(SHEETS).map(({ name, intro, columns }) => {
      const headings = columns.map(({ heading, required }) => (required ? `**${heading}**` : heading)).join(', ');
      return `| ${name} | ${intro} | ${headings} |`;
    });
    expect(table('sheets')).toEqual(['| sheet | what it is | headings |', ...rows]);
    const { bytes, sheets, rows: most, columns, characters, unpackedBytes, ratio } = LIMITS;
    const many = (count: number) => count.toLocaleString('en-GB');
    expect(readme).toContain(
      `${megabytes(bytes)}, ${sheets} sheets, ${many(most)} rows and ${columns} columns in a sheet, ${many(characters)} characters in a cell; unpacked at most ${megabytes(unpackedBytes)} or ${ratio} times its size`,
    );
  });

  it('has the figures that the benchmark wrote', async () => {
    const written = await readFile(new URL('../../bench/results.md', import.meta.url), 'utf8');
    const cells = (text: string) =>
      text
        .replaceAll(/[ -]+/gu, ' ')
        .replaceAll(/ ?\| ?/gu, '|')
        .trim();
    expect(cells(between('bench') ?? '')).toBe(cells(written));
  });

  it('names every variable of the configuration, and none that is not read', async () => {
    const source = await readFile(new URL('../../src/config.ts', import.meta.url), 'utf8');
    const read = [...source.matchAll(/^ {2}([A-Z][A-Z_]+):/gmu)].map(([, name]) => name);
    const table = readme.slice(readme.indexOf('## Configuration'), readme.indexOf('## How fast it is'));
    const named = [...table.matchAll(/`([A-Z][A-Z_]+)`/gu)].map(([, name]) => name);
    expect(read.length).toBeGreaterThan(15);
    expect(new Set(named)).toEqual(new Set(read));
  });
});
