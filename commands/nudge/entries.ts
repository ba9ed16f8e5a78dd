import { Temporal } from 'temporal-polyfill';
import { type Action, declared, isOwnAction } from '../../src/actions/action.ts';
import { RATING_WORDS } from '../../src/actions/differences.ts';
import { type Worry, worryById } from '../../src/actions/worries.ts';
import type { Turn } from '../../src/bot/contract.ts';
import { formatDate } from '../../src/calendar/dates.ts';
import { periodFromKey } from '../../src/calendar/periods.ts';
import type { Kpi } from '../../src/kpis/kpi.ts';
import type { Delivered } from '../../src/nudges/delivered.ts';
import { isOfKey, type Line } from '../../src/nudges/line.ts';
import { reasonsOf } from '../../src/nudges/no-update.ts';
import { saidNotMine, type Thing } from '../../src/nudges/not-mine.ts';
import { localitiesIn, type Place } from '../../src/people/directory.ts';
import { newsTexts } from '../../src/people/news.ts';
import { amount } from '../../src/views/kpi-parts.ts';
import { type Entry, entriesOf } from '../../src/views/nudge.ts';
import { readable, terms } from '../kpi/context.ts';
import { readableActions } from '../rag/context.ts';
import { scopesOf } from '../rag/places.ts';

/** The lines of a message that was sent, each as it is now: what waits still, and how the rest stands. */

const RATINGS: readonly string[] = ['red', 'due', 'half_term'];

type Key = { key: string; kind: string; id: string; rest: string };
const parsed = (key: string): Key => {
  const [kind = '', id = '', rest = ''] = key.split(':');
  return { key, kind, id, rest };
};

/** What is to be known of lines that do not wait any more; read only where there are such. */
type Known = {
  since: Temporal.Instant;
  all: readonly Line[];
  actions: readonly Action[];
  kpis: readonly Kpi[];
  places: readonly Place[];
  worries: ReadonlyMap<string, Worry | undefined>;
  news: ReadonlyMap<string, string>;
  notMine: ReadonlySet<string>;
  reasons: ReadonlyMap<string, string>;
};

const GONE = '– this one is not with you any more';

const notYours = (key: string, name: string, thing: Thing): Entry => ({
  key,
  says: `– ${name}: not yours, you said; those who lead there know`,
  notMine: { name, thing },
});

const ofRating = (turn: Turn, { key, id }: Key, known: Known): Entry => {
  const action = known.actions.find((one) => one.id === id);
  if (!action) return { key, says: GONE };
  const { code } = action;
  const stands = { key, says: `✓ ${code}: ${RATING_WORDS[declared(action)]}` };
  if (action.self && Temporal.Instant.compare(Temporal.Instant.from(action.self.at), known.since) > 0) return stands;
  if (known.reasons.has(key)) return { key, says: `– ${code}: no update yet, you said why` };
  if (known.notMine.has(id)) return notYours(key, code, { kind: 'action', id });
  const still = known.all.find((line) => RATINGS.includes(line.kind) && 'action' in line && line.action.id === id);
  const [entry] = still ? entriesOf([still]) : [];
  if (entry) return entry;
  return isOwnAction(action, turn.actor.personId) ? stands : { key, says: `– ${code}: with ${action.owner ?? 'nobody'} now` };
};

const ofAnswer = ({ key, id }: Key, known: Known): Entry => {
  const action = known.actions.find(({ independent }) => independent?.id === id);
  if (!action) return { key, says: '✓ An adviser has rated anew: this one needs no answer' };
  if (known.notMine.has(action.id)) return notYours(key, action.code, { kind: 'action', id: action.id });
  return { key, says: `✓ ${action.code}: the adviser has your answer` };
};

const ofReading = ({ key, id, rest }: Key, known: Known): Entry => {
  const kpi = known.kpis.find((one) => one.id === id);
  if (!kpi) return { key, says: GONE };
  const about = `${kpi.name}, ${periodFromKey(rest, terms).label}`;
  const reading = kpi.readings.find(({ period, value, concealed }) => period === rest && (value !== null || concealed));
  if (reading) return { key, says: `✓ ${about}: ${amount(kpi, reading)}` };
  if (known.reasons.has(key)) return { key, says: `– ${about}: no update yet, you said why` };
  if (known.notMine.has(id)) return notYours(key, kpi.name, { kind: 'kpi', id });
  const still = known.all.find((line) => line.kind === 'reading' && line.kpi.id === id);
  const [entry] = still ? entriesOf([still]) : [];
  return entry ?? { key, says: `✓ ${about}: nothing waits` };
};

const WORRY = { answered: 'answered', not_now: 'heard, not now' } as const;

const ofWorry = ({ key, id }: Key, known: Known): Entry => {
  const worry = known.worries.get(id);
  if (!worry?.outcome) return { key, says: GONE };
  const { outcome, code } = worry.outcome;
  return {
    key,
    says: `✓ A worry in ${worry.locality}: ${outcome === 'action' ? `an action now${code ? `, ${code}` : ''}` : WORRY[outcome]}`,
  };
};

const ofPlace = (turn: Turn, { key, kind, id, rest }: Key, known: Known): Entry => {
  const still = known.all.find((line) => line.kind === kind && 'localityId' in line && line.localityId === id);
  const [entry] = still && kind === 'without_owner' ? entriesOf([still]) : [];
  if (entry) return entry;
  const place = known.places.find(({ localityId }) => localityId === id)?.locality;
  if (!place) return { key, says: GONE };
  if (kind === 'without_owner') return { key, says: `✓ ${place}: everything has somebody who answers for it` };
  if (kind === 'ask_meeting') return { key, says: `✓ ${place}: your next meeting is noted, or there is none this month` };
  const day = formatDate(Temporal.PlainDate.from(rest), turn.today);
  return { key, says: rest < turn.today.toString() ? `– ${place}: you met on ${day}` : `✓ ${place}: nothing more before ${day}` };
};

const standing = (turn: Turn, line: Key, known: Known): Entry => {
  const { key, kind, id } = line;
  if (RATINGS.includes(kind)) return ofRating(turn, line, known);
  switch (kind) {
    case 'answer':
      return ofAnswer(line, known);
    case 'reading':
      return ofReading(line, known);
    case 'worry':
      return ofWorry(line, known);
    case 'news':
      return { key, told: known.news.get(id) ?? 'This news was taken back, or there is later news about it.' };
    // A pulse is drawn alike for everybody who was invited, whoever has answered, until it closes.
    case 'pulse': {
      const begunAnew = known.all.find((one) => isOfKey(one, key));
      return entriesOf(begunAnew ? [{ ...begunAnew, key }] : [])[0] ?? { key, told: 'This pulse has closed.' };
    }
    case 'terms':
      return { key, says: '✓ The term dates were looked at, or have come' };
    default:
      return ofPlace(turn, line, known);
  }
};

/** @param all everything that waits for the actor now */
export const entriesNow = async (turn: Turn, { keys: told, leftOut, moment }: Delivered, all: readonly Line[]): Promise<Entry[]> => {
  const keys = told.filter((key) => !leftOut.includes(key));
  const waits = new Map(entriesOf(all).map((entry) => [entry.key, entry]));
  const others = keys.filter((key) => !waits.has(key)).map(parsed);
  const ids = (...kinds: string[]) => others.filter(({ kind }) => kinds.includes(kind)).map(({ id }) => id);
  const some = (...kinds: string[]) => ids(...kinds).length > 0;
  const worries = new Map<string, Worry | undefined>();
  for (const id of ids('worry')) worries.set(id, await worryById(turn.tx, scopesOf(turn), id));
  const actions = some(...RATINGS, 'answer') ? await readableActions(turn) : [];
  const known: Known = {
    since: moment,
    all,
    actions,
    kpis: some('reading') ? await readable(turn) : [],
    places: some('meeting', 'ask_meeting', 'without_owner') ? await localitiesIn(turn.tx, scopesOf(turn)) : [],
    worries,
    news: await newsTexts(turn.tx, turn.actor.personId, ids('news')),
    notMine: new Set((await saidNotMine(turn.tx, [turn.actor.personId])).map(({ id }) => id)),
    reasons: await reasonsOf(
      turn.tx,
      others.map(({ key }) => key),
    ),
  };
  return keys.map((key) => waits.get(key) ?? standing(turn, parsed(key), known));
};
