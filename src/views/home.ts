import { Temporal } from 'temporal-polyfill';
import type { Button, Card, Part } from '../cards/card.ts';
import type { Actor } from '../people/actor.ts';
import type { RoleName } from '../people/permissions.ts';
import { kpiLine, type Lined } from './kpi.ts';
import { openable } from './nudge.ts';
import type { AskingLine } from './nudge-words.ts';

/** The home card: where I am, what waits for me, what I can do here. */

const ROLE_WORDS: Record<RoleName, string> = {
  partner: 'partner',
  lead: 'pilot lead',
  coordinator: 'coordinator',
  adviser: 'adviser',
  evaluator: 'evaluator',
  administrator: 'administrator',
};

type Home = {
  actor: Actor;
  roles: RoleName[];
  places: string[];
  lines: Lined[];
  /** Everything that waits for them. */
  waits: readonly AskingLine[];
  /** What comes before everything else: news for them; and of what waits the worries, ratings, differences and meetings. */
  first: Part[];
  /** One press to tell the coordinator; none for whoever raises no worries. */
  raise: Button[];
  mayAdd: boolean;
  /** The address where they bring in a plan; none for whoever may not. */
  imports: string | undefined;
  /** The address where they see what was sent to whom; none for whoever may not. */
  runs: string | undefined;
  today: Temporal.PlainDate;
  commands: { text: string; detail: string }[];
  /** How help is typed here. */
  help: string;
};

/** What waits that nothing else on the card says. */
const LISTED: ReadonlySet<AskingLine['kind']> = new Set(['pulse', 'without_owner', 'terms']);

/** A reading that waits, as it stands among one's KPIs. */
const readingLine = ({ kpi, period, since, long }: Extract<AskingLine, { kind: 'reading' }>, today: Temporal.PlainDate) =>
  kpiLine(kpi, { kind: 'waiting', period, since: Temporal.PlainDate.from(since), long }, today);

const placeWords = (places: string[]) =>
  places.length === 0 ? 'the programme' : places.length <= 3 ? places.join(', ') : `${places.length} localities`;

export const homeCard = ({
  actor,
  roles,
  places,
  lines,
  waits,
  first,
  raise,
  mayAdd,
  imports,
  runs,
  today,
  commands,
  help,
}: Home): Card => {
  const kpiLines = waits.flatMap((line) => (line.kind === 'reading' ? [readingLine(line, today)] : []));
  const others = waits.filter(({ kind }) => LISTED.has(kind));
  const all = waits.length;
  const title = all === 0 ? 'Nothing waits for you.' : `${all} ${all === 1 ? 'thing waits' : 'things wait'} for you.`;
  const buttons: Button[] = [
    ...(lines.length > 0 ? [{ label: lines.some(({ own }) => own) ? 'My KPIs' : 'KPIs', press: { verb: 'kpi' } }] : []),
    ...(mayAdd ? [{ label: 'New KPI', press: { verb: 'kpi.new' } }] : []),
    ...raise,
    ...(imports ? [{ label: 'Import a plan', url: imports, says: 'Import a plan from a spreadsheet, on the web' }] : []),
    ...(runs ? [{ label: 'Runs', url: runs, says: 'Runs: what was sent, and what was not, on the web' }] : []),
  ];
  return {
    title,
    parts: [
      {
        type: 'text',
        text: `You are ${actor.post}${roles.length > 0 ? ` (${roles.map((role) => ROLE_WORDS[role]).join(', ')}, ${placeWords(places)})` : ''}.`,
      },
      ...first,
      ...(kpiLines.length > 0 ? [{ type: 'list' as const, items: kpiLines }] : []),
      ...(others.length > 0 ? [{ type: 'list' as const, items: others.map((line) => openable(line, today)) }] : []),
      ...(buttons.length > 0 ? [{ type: 'buttons' as const, buttons }] : []),
      { type: 'text', style: 'heading', text: 'What you can type' },
      { type: 'list', items: commands },
      { type: 'text', style: 'small', text: `Answers are private to you. For more, type ${help}.` },
    ],
  };
};
