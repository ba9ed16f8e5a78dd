import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inTransaction } from '../../src/db/transaction.ts';
import { UserError } from '../../src/errors.ts';
import { BANK, type BankItem, loadBank } from '../../src/pulses/bank.ts';
import { addItem, itemsAsked, itemsNow, type NewItem, reword } from '../../src/pulses/items.ts';
import { MOST_ITEMS } from '../../src/pulses/pulse.ts';
import { TEMPLATES } from '../../src/pulses/templates.ts';
import { type TestBot, testBot } from '../support/bot.ts';

/** A question means the same for ever: another wording is another version, and what was asked before stays as it was. */

let bot: TestBot;
beforeAll(async () => {
  bot = await testBot();
});
afterAll(() => bot.close());

const evaluator = async () => (await bot.core.db.person.findUniqueOrThrow({ where: { email: 'evaluator@example.org' } })).id;
const writing = async <T>(work: (writer: Parameters<typeof addItem>[0]) => Promise<T>): Promise<T> => {
  const personId = await evaluator();
  return inTransaction(bot.core.db, (tx) => work({ tx, now: bot.core.now(), newId: bot.core.newId, personId }));
};
const now = () => inTransaction(bot.core.db, itemsNow);
const rows = () => bot.core.db.pulseItem.findMany({ orderBy: [{ item: 'asc' }, { version: 'asc' }] });

type Kept = Omit<BankItem, 'criterion'>;
const kept = JSON.parse(await readFile(new URL('golden/questions.json', import.meta.url), 'utf8')) as Kept[];
/** Versions that were published once and are no longer what they were, or have gone. */
const changed = (bank: readonly Kept[]) =>
  kept.filter(
    (before) =>
      !bank.some(
        (item) => JSON.stringify([item.item, item.version, item.text, item.scale, item.options]) === JSON.stringify(Object.values(before)),
      ),
  );

describe('the product’s questions', () => {
  it('never change: every version that was published is still there, word for word', () => expect(changed(BANK)).toEqual([]));

  it.each<[string, (bank: Kept[]) => Kept[]]>([
    ['reworded in place', ([first, ...others]) => [{ ...(first as Kept), text: 'Trust is lacking here.' }, ...others]],
    ['with its options in another order', (bank) => bank.map((item) => ({ ...item, options: item.options.toReversed() }))],
    ['taken away', ([, ...others]) => others],
  ])('control: one %s is found out', (_name, twin) => expect(changed(twin([...BANK])).length).toBe(1));

  it('are written down, each once: a new one is added to golden/questions.json', () => {
    expect(kept.map(({ item, version }) => `${item} ${version}`)).toEqual(BANK.map(({ item, version }) => `${item} ${version}`));
    expect(new Set(kept.map(({ item, version }) => `${item} ${version}`)).size).toBe(kept.length);
  });

  it('have what the programme needs: the year 1 survey word for word, three or more for each criterion, capacity, and every scale', () => {
    const texts = BANK.map(({ text }) => text);
    for (const text of [
      'A lack of trust between schools/MATs in this locality hinders meaningful collaboration',
      'Some schools/MATs tend to dominate local decision-making forums',
      'The outcomes and experiences of children and young people who are vulnerable are made visible to all school and trust leaders',
      'Parents and pupils in this locality have sufficient information about school performance and quality',
      'Parents and pupils in this locality have sufficient opportunities and mechanisms for holding schools to account',
      'Time and people are sufficient for what we have agreed to do.',
      'Schools here feel responsible for the success of all children in this locality.',
      'How likely is it that you would recommend working together here to a colleague?',
    ])
      expect(texts).toContain(text);
    for (const criterion of [1, 2, 3, 4]) expect(BANK.filter((item) => item.criterion === criterion).length).toBeGreaterThanOrEqual(3);
    expect(new Set(BANK.map(({ scale }) => scale))).toEqual(new Set(['agree', 'ten', 'yes_no', 'choice']));
    for (const text of texts) expect([...text].length).toBeLessThanOrEqual(200);
  });

  it('make up the templates, at most five each: one for each criterion, trust, the year 1 survey, capacity', () => {
    const ids = new Set(BANK.map(({ item }) => item));
    for (const { items } of TEMPLATES) {
      expect(items.length).toBeLessThanOrEqual(MOST_ITEMS);
      expect(new Set(items).size).toBe(items.length);
      expect(items.filter((item) => !ids.has(item))).toEqual([]);
    }
    expect(TEMPLATES.map(({ title }) => title)).toEqual([
      'Trust and working together',
      'A shared commitment to the locality',
      'Leadership and governance',
      'Clarity of focus and approach',
      'Sustainability and impact',
      'The year 1 survey',
      'Capacity',
    ]);
  });

  it('are in the database from the start, each with its criterion, and loading them again changes nothing', async () => {
    const before = await rows();
    expect(before.length).toBe(BANK.length);
    const criteria = new Map((await bot.core.db.criterion.findMany()).map(({ id, position }) => [id, position]));
    for (const { item, criterion } of BANK) {
      const row = before.find((one) => one.item === item);
      expect(criteria.get(row?.criterionId ?? '') ?? null).toBe(criterion);
    }
    bot.clock.advance({ days: 1 });
    await inTransaction(bot.core.db, (tx) => loadBank({ tx, now: bot.core.now() }));
    expect(await rows()).toEqual(before);
  });

  it('find their criteria when a programme is set up after they were loaded', async () => {
    await bot.core.db.$executeRaw`update pulse_item set criterion_id = null`;
    await inTransaction(bot.core.db, (tx) => loadBank({ tx, now: bot.core.now() }));
    const without = (await rows()).filter(({ criterionId }) => criterionId === null);
    expect(without.map(({ item }) => item).sort()).toEqual(
      BANK.flatMap(({ item, criterion }) => (criterion === null ? [item] : [])).sort(),
    );
  });
});

describe('another wording', () => {
  it('is the next version; the one before stays as it was asked', async () => {
    const first = (await now()).find(({ item }) => item === 'trust');
    const second = await writing((writer) => reword(writer, 'trust', '  Schools and services in this   locality trust each other. '));
    expect(second).toEqual({ ...first, version: 2, text: 'Schools and services in this locality trust each other.' });
    expect((await now()).filter(({ item }) => item === 'trust')).toEqual([second]);
    const asked = await inTransaction(bot.core.db, (tx) =>
      itemsAsked(tx, [
        { item: 'trust', version: 2 },
        { item: 'trust', version: 1 },
      ]),
    );
    expect(asked).toEqual([second, first]);
    const [row] = await bot.core.db.pulseItem.findMany({ where: { item: 'trust', version: 2 } });
    expect(row?.recordedById).toBe(await evaluator());
  });

  it('of somebody here stays when the product is started again', async () => {
    const before = await rows();
    await inTransaction(bot.core.db, (tx) => loadBank({ tx, now: bot.core.now() }));
    expect(await rows()).toEqual(before);
  });

  it('by two at the same moment makes two versions', async () => {
    const made = await Promise.all(
      ['I belong here.', 'I feel at home in this locality.'].map((text) => writing((w) => reword(w, 'belonging', text))),
    );
    expect(made.map(({ version }) => version).sort()).toEqual([2, 3]);
  });

  it.each<[string, string, string]>([
    ['that is the same', 'clear-focus', ' The partnership has a  clear focus.'],
    ['that another question has', 'clear-focus', 'the people who lead the partnership are CREDIBLE and skilled.'],
    ['that another question nearly has', 'clear-focus', 'The people, who lead the partnership, are credible & skilled!'],
    ['that another question had before', 'clear-focus', 'Schools and services here trust one another'],
    ['without words', 'clear-focus', '   '],
    ['of 201 characters', 'clear-focus', 'x'.repeat(201)],
    ['with a pupil’s number', 'clear-focus', 'Does B801200005001 feel safe?'],
    ['of a question that there is none of', 'no-such-question', 'Is it there?'],
  ])('%s is refused', async (_name, item, text) => {
    const before = await rows();
    await expect(writing((writer) => reword(writer, item, text))).rejects.toThrow(UserError);
    expect(await rows()).toEqual(before);
  });
});

describe('a question of one’s own', () => {
  it.each<[string, NewItem]>([
    ['on the agree scale', { text: 'Our hub meets often enough.', scale: 'agree' }],
    ['from 0 to 10', { text: 'How useful was the workshop?', scale: 'ten' }],
    ['yes or no', { text: 'Have you read the plan?', scale: 'yes_no' }],
    ['a choice', { text: 'Which day suits you?', scale: 'choice', options: ['Monday', ' Tuesday ', '', 'Neither'] }],
  ])('%s can be asked', async (_name, item) => {
    const made = await writing((writer) => addItem(writer, item));
    expect(made).toMatchObject({ version: 1, text: item.text, scale: item.scale });
    expect(made.options).toEqual(item.scale === 'choice' ? ['Monday', 'Tuesday', 'Neither'] : []);
    expect((await now()).at(-1)).toEqual(made);
  });

  it('belongs to a criterion where that is said', async () => {
    const { id } = await bot.core.db.criterion.findFirstOrThrow({ where: { position: 2 } });
    const made = await writing((writer) => addItem(writer, { text: 'The board listens.', scale: 'agree', criterionId: id }));
    expect(made.criterionId).toBe(id);
  });

  it.each<[string, NewItem]>([
    ['that is there already', { text: 'Partners here do what they said they would do.', scale: 'agree' }],
    ['that is there with another full stop', { text: 'Partners here do what they said they would do!', scale: 'agree' }],
    ['that is there without its spaces', { text: 'partners here do what theysaid they would do', scale: 'ten' }],
    ['that is there but for a word', { text: 'Partners here do what they say they would do.', scale: 'yes_no' }],
    ['that was there in other words once', { text: 'Schools and services here trust one another', scale: 'agree' }],
    ['that is too long', { text: 'x'.repeat(201), scale: 'agree' }],
    ['with a pupil’s number', { text: 'Should B801200005001 move school?', scale: 'yes_no' }],
    ['with a choice of one', { text: 'Which term?', scale: 'choice', options: ['Autumn', ' '] }],
    ['with a choice of seven', { text: 'Which day?', scale: 'choice', options: ['1', '2', '3', '4', '5', '6', '7'] }],
    ['with the same option twice', { text: 'Which day?', scale: 'choice', options: ['Monday', 'monday'] }],
    ['with an option of 61 characters', { text: 'Which day?', scale: 'choice', options: ['Monday', 'x'.repeat(61)] }],
    ['with a pupil’s number as an option', { text: 'Who?', scale: 'choice', options: ['B801200005001', 'Somebody else'] }],
  ])('%s is refused', async (_name, item) => {
    const before = await rows();
    await expect(writing((writer) => addItem(writer, item))).rejects.toThrow(UserError);
    expect(await rows()).toEqual(before);
  });

  it('that is nearly there is told which one to ask, as it is worded now', async () => {
    const near: NewItem = { text: 'schools and services here trust one-another', scale: 'agree' };
    await expect(writing((writer) => addItem(writer, near))).rejects.toThrow(
      'There is nearly this question already. Ask that one, so that results can be compared: “Schools and services in this locality trust each other.”',
    );
  });

  it('in which a fifth of the letters are others can be asked (control)', async () => {
    const made = await writing((writer) => addItem(writer, { text: 'Parents here do what they always wanted to do.', scale: 'agree' }));
    expect(made.version).toBe(1);
  });
});
