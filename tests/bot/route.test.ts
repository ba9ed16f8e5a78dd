import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { commands } from '../../commands/index.ts';
import { findsAmong } from '../../commands/rag/finds.ts';
import { type Command, cardVerb, formVerb } from '../../src/bot/contract.ts';
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
    ['/rag 12 green', 'rag “12 green”'],
    ['/commoncause rag 12 green', 'rag “12 green”'],
    ['action WAK-12', 'rag “WAK-12”'],
    ['/pulse new capacity', 'pulse.new “capacity”'],
    ['/commoncause survey open', 'pulse.open “”'],
    ['/minutes log', 'nowhere'],
    ['/commoncause minutes log', 'nowhere'],
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

describe('words that begin with no verb', () => {
  const card = cardVerb({ state: z.undefined(), run: async () => ({ title: '', parts: [] }) });
  const form = formVerb({
    state: z.undefined(),
    form: async () => ({ title: '', fields: [], submit: { label: '', press: { verb: '' } } }),
    submit: async () => ({ title: '', parts: [] }),
  });
  const ofOne = { edit: form, done: form, hold: form, stop: form, due: card, owner: card, comment: card, why: card };
  const plan: Command = {
    name: 'rag',
    aliases: [],
    summary: '',
    usage: '',
    listedFor: 'all',
    help: () => [],
    verbs: { new: form },
    presses: { ...ofOne, rate: form },
    finds: findsAmong(Object.keys(ofOne)),
    otherwise: card,
  };
  const led = (text: string) => {
    const found = route([...commands.slice(0, 1), plan], text);
    return found && 'verb' in found ? `${found.verb.opens} ${found.name} “${found.words}”` : 'nowhere';
  };

  test.each([
    ['rag 7 red', 'form rag.rate “#7 red”'],
    ['rag WAK-7: RED two failed adverts', 'form rag.rate “WAK-7 RED two failed adverts”'],
    ['rag red 7 two failed adverts', 'form rag.rate “#7 red two failed adverts”'],
    ['/commoncause rag 7 off track', 'form rag.rate “#7 off track”'],
    ['rag 7 🔴', 'form rag.rate “#7 🔴”'],
    ['rag 12 amber', 'form rag.rate “#12 amber”'],
    ['rag 12 amber waiting for the data agreement', 'card rag “12 amber waiting for the data agreement”'],
    ['rag 12', 'card rag “12”'],
    ['rag 12 green', 'card rag “12 green”'],
    ['rag 12 same', 'card rag “12 same”'],
    ['rag 12 edit', 'form rag.edit “#12”'],
    ['rag edit wak12', 'form rag.edit “WAK-12”'],
    ['rag 12 done', 'form rag.done “#12”'],
    ['rag done 12', 'form rag.done “#12”'],
    ['rag 12 complete signed in all eight', 'form rag.done “#12 signed in all eight”'],
    ['rag complete 12', 'form rag.done “#12”'],
    ['rag 12 hold', 'form rag.hold “#12”'],
    ['rag 12 on hold', 'form rag.hold “#12”'],
    ['rag 12 stopped', 'form rag.stop “#12”'],
    ['rag 12 due 1 March', 'card rag.due “#12 1 March”'],
    ['rag due 12 1 March', 'card rag.due “#12 1 March”'],
    ['rag 12 comment March meeting has moved', 'card rag.comment “#12 March meeting has moved”'],
    ['rag 12 why', 'card rag.why “#12”'],
    ['rag RED-12 green', 'card rag “RED-12 green”'],
    ['rag wakefield red', 'card rag “wakefield red”'],
    ['rag red', 'card rag “red”'],
    ['rag due', 'card rag “due”'],
    ['rag done', 'card rag “done”'],
    ['rag constructor 12', 'card rag “constructor 12”'],
    ['rag 12 constructor', 'card rag “12 constructor”'],
    ['rag', 'card rag “”'],
    ['rag new Red lines for 12 schools', 'form rag.new “Red lines for 12 schools”'],
  ])('“%s” leads to a %s', (text, expected) => {
    expect(led(text)).toBe(expected);
  });

  test('a verb that the command does not have leads nowhere else', () => {
    const found = route([...commands.slice(0, 1), { ...plan, presses: ofOne }], 'rag 7 red');
    expect(found && 'verb' in found && found.name).toBe('rag');
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

  test.each(['', '.', 'kpi.', 'kpi.nothing', 'kpi.constructor', 'kpi.__proto__', 'minutes', 'toString', 'kpis', 'again'])(
    '“%s” names nothing',
    (name) => {
      expect(verbNamed(commands, name)).toBeUndefined();
    },
  );
});
