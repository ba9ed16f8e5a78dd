import { describe, expect, test } from 'vitest';
import { commands } from '../../commands/index.ts';
import { route, verbNamed } from '../../src/bot/route.ts';

// Where words lead, before anything runs.

const to = (text: string) => {
  const found = route(commands, text);
  if (!found) return 'nowhere';
  return 'help' in found ? `${found.command.name} help` : `${found.name} “${found.words}”`;
};

describe('what is typed', () => {
  test.each([
    ['/kpi', 'kpi “”'],
    ['kpi', 'kpi “”'],
    ['KPI Attendance 93.2', 'kpi “Attendance 93.2”'],
    ['  /KPI   attendance   93.2  ', 'kpi “attendance   93.2”'],
    ['/kpis', 'kpi “”'],
    ['/kpi new Breakfast clubs', 'kpi.new “Breakfast clubs”'],
    ['/kpi NEW', 'kpi.new “”'],
    ['/kpi\nattendance 93.2', 'kpi “attendance 93.2”'],
    ['/kpi news 93', 'kpi “news 93”'],
    ['/kpi help', 'kpi help'],
    ['/kpi Help me', 'kpi help'],
    ['/partners invite', 'partners.invite “”'],
    ['people wakefield', 'partners “wakefield”'],
    ['/commoncause', 'commoncause “”'],
    ['hello', 'commoncause “”'],
    ['/commoncause help', 'commoncause help'],
    ['join K7RW2-9MXQ4', 'commoncause.join “K7RW2-9MXQ4”'],
    ['/commoncause join K7RW2-9MXQ4', 'commoncause.join “K7RW2-9MXQ4”'],
    ['/rag 12 green', 'nowhere'],
    ['/commoncause rag 12 green', 'nowhere'],
    ['/cc attendance 93.2', 'nowhere'],
    ['commoncause constructor', 'nowhere'],
    ['/commoncause   ', 'commoncause “”'],
    ['', 'nowhere'],
    ['/', 'nowhere'],
    ['toString', 'nowhere'],
    ['__proto__', 'nowhere'],
    ['/kpi constructor', 'kpi “constructor”'],
    ['/kpi log', 'kpi “log”'],
    ['/kpi save', 'kpi “save”'],
  ])('“%s” leads to %s', (text, expected) => {
    expect(to(text)).toBe(expected);
  });

  test('every word works behind commoncause as it does alone, with or without its own slash', () => {
    for (const command of commands.slice(1)) {
      for (const word of [command.name, ...command.aliases]) {
        for (const rest of ['', 'help', 'attendance 93.2', ...Object.keys(command.verbs)]) {
          const alone = to(`${word} ${rest}`);
          expect(alone).not.toBe('nowhere');
          for (const typed of [`commoncause ${word} ${rest}`, `/commoncause /${word} ${rest}`, `CommonCause ${word.toUpperCase()} ${rest}`])
            expect(to(typed), typed).toBe(alone);
        }
      }
    }
  });

  test('no two commands share a word', () => {
    const words = commands.flatMap(({ name, aliases }) => [name, ...aliases]);
    expect(new Set(words).size).toBe(words.length);
  });
});

describe('what a button names', () => {
  test('every verb and press of every command is found by its dotted name', () => {
    for (const command of commands) {
      expect(verbNamed(commands, command.name)).toBe(command.otherwise);
      for (const [word, verb] of Object.entries({ ...command.presses, ...command.verbs }))
        expect(verbNamed(commands, `${command.name}.${word}`)).toBe(verb);
    }
  });

  test.each(['', '.', 'kpi.', 'kpi.nothing', 'kpi.constructor', 'kpi.__proto__', 'rag', 'toString', 'kpis', 'again'])(
    '“%s” names nothing',
    (name) => {
      expect(verbNamed(commands, name)).toBeUndefined();
    },
  );
});
