/**
 * Who may what, as data; the matrix test reads these tables. DESIGN.md, "Who may what".
 * Checked from the actor at every read and press, never from the channel.
 */

export const ROLES = ['partner', 'lead', 'coordinator', 'adviser', 'evaluator', 'administrator'] as const;
export type RoleName = (typeof ROLES)[number];

/** A place in the programme: a role for any of these scopes reaches everything under it. */
export type ScopePath = { programmeId: string; pilotId?: string; localityId?: string };

type Reach =
  /** Anywhere in the programme: there is one in each database. */
  | 'programme'
  /** Anywhere in the scope that the role is held for. */
  | 'scope'
  /** Only what the person owns or stands in for, inside that scope. */
  | 'own';

/** What can be done → which role may do it, and how far. A role that is not named may not. */
export const PERMISSIONS = {
  'kpi.read': { partner: 'scope', lead: 'scope', coordinator: 'scope', adviser: 'scope', evaluator: 'scope' },
  /** Figures about 1 to 4 children: only those who answer for these children. Whoever may write a reading must be among them. */
  'kpi.read.telling': { partner: 'scope', lead: 'scope', coordinator: 'scope' },
  'reading.write': { partner: 'own', lead: 'scope', coordinator: 'scope' },
  'kpi.write': { lead: 'scope', coordinator: 'scope' },
  'action.read': { partner: 'scope', lead: 'scope', coordinator: 'scope', adviser: 'scope', evaluator: 'scope' },
  /** The plan's lines: making them, changing them, dates, owners, on hold, stopped; and its projects. */
  'action.write': { lead: 'scope', coordinator: 'scope' },
  /** The owner's rating, steps, comments and evidence. */
  'rating.write': { partner: 'own', lead: 'scope', coordinator: 'scope' },
  'rating.independent': { adviser: 'scope' },
  /** Of other localities: rating counts, current KPI values, and the titles of actions gone from red to green. */
  'overview.read': { partner: 'programme', lead: 'programme', coordinator: 'programme', adviser: 'scope', evaluator: 'scope' },
  'worry.raise': { partner: 'scope', lead: 'scope', coordinator: 'scope', adviser: 'scope' },
  'worry.answer': { coordinator: 'scope' },
  /** What is without an update, with the reason that was given, said once in their summary. */
  'no_update.read': { coordinator: 'scope' },
  /** A summary that somebody else has posted in a channel. */
  'subscription.end': { coordinator: 'scope' },
  'plan.import': { coordinator: 'scope' },
  handover: { lead: 'scope', coordinator: 'scope', administrator: 'scope' },
  'definitions.write': { administrator: 'scope' },
  /** What the bot wrote to whom unasked and what became of it, never what was in it. */
  'runs.read': { administrator: 'scope' },
  'runs.again': { administrator: 'scope' },
  'people.read': { partner: 'scope', lead: 'scope', coordinator: 'scope', adviser: 'scope', administrator: 'scope' },
  /** Which organisations take part in which project, and until when. */
  'taking.write': { lead: 'scope', coordinator: 'scope' },
  /** Term dates and closed days of council areas and organisations. */
  'calendar.write': { coordinator: 'scope' },
  /** Pulses: planning, opening and extending them. Answering is for whoever was invited. */
  'pulse.run': { coordinator: 'scope', evaluator: 'scope' },
  /** Beginning one anew, empty, whose key is lost. Administrators too: who ran it may be away, and they know of the keys. */
  'pulse.reopen': { coordinator: 'scope', evaluator: 'scope', administrator: 'scope' },
  /** What was released, and nothing before: nobody sees more. */
  'pulse.results': { partner: 'scope', lead: 'scope', coordinator: 'scope', adviser: 'scope', evaluator: 'scope', administrator: 'scope' },
  /** Comments, word for word. */
  'pulse.comments': { coordinator: 'scope', evaluator: 'scope' },
  /** "You said, we did", to everybody who was asked. */
  'pulse.reply': { coordinator: 'scope' },
  /** From where on a KPI's mean and limits are worked out anew. */
  'kpi.rebase': { lead: 'scope', coordinator: 'scope', evaluator: 'scope' },
  'register.read': { lead: 'scope', coordinator: 'scope', adviser: 'scope', evaluator: 'scope' },
  'register.write': { lead: 'scope', coordinator: 'scope', evaluator: 'scope' },
  /** That a story of few children was checked for identification: whoever answers for these children. */
  'register.check': { lead: 'scope', coordinator: 'scope' },
  /** The four criteria and their questions: what a locality takes itself to be, and what the evaluators do. */
  'assessment.read': { lead: 'scope', coordinator: 'scope', adviser: 'scope', evaluator: 'scope' },
  'assessment.self': { lead: 'scope', coordinator: 'scope' },
  'assessment.evaluator': { evaluator: 'scope' },
  /** What the evaluators write of a locality, while its leads have not answered it: theirs to read and to answer, in nobody else's name. */
  'finding.draft': { lead: 'scope', evaluator: 'scope' },
  'finding.write': { evaluator: 'scope' },
  'finding.answer': { lead: 'scope' },
  /** Sets of tables for analysis, as files and over the API. */
  export: { lead: 'scope', coordinator: 'scope', evaluator: 'scope' },
  /** Which organisation each code of an export stands for. */
  'export.key': { administrator: 'scope' },
  /** Organisations by name, people by their post; all else see codes and role groups. */
  'names.read': { partner: 'scope', lead: 'scope', coordinator: 'scope', adviser: 'scope', administrator: 'scope' },
  'people.invite': { lead: 'scope', coordinator: 'scope', administrator: 'scope' },
} as const satisfies Record<string, Partial<Record<RoleName, Reach>>>;
export type Permission = keyof typeof PERMISSIONS;

/** The roles that can own a KPI or an action, or stand in: those that may report and rate what is theirs. */
export const ANSWERING: readonly RoleName[] = ROLES.filter(
  (role) => role in PERMISSIONS['reading.write'] && role in PERMISSIONS['rating.write'],
);

/** Which roles each role may grant, within its own scope. */
export const MAY_GRANT: Record<RoleName, readonly RoleName[]> = {
  partner: [],
  lead: ['partner'],
  coordinator: ['partner', 'lead'],
  adviser: [],
  evaluator: [],
  administrator: ROLES,
};

type Holder = { roles: readonly { role: RoleName; scopeKind: 'programme' | 'pilot' | 'locality'; scopeId: string }[] };

const covers = (role: Holder['roles'][number], at: ScopePath) =>
  role.scopeId === { programme: at.programmeId, pilot: at.pilotId, locality: at.localityId }[role.scopeKind];

/** Whether the actor may do this at that place; `own` says whether the thing is theirs (owner or deputy). */
export const may = (actor: Holder, permission: Permission, at: ScopePath, own = false): boolean =>
  actor.roles.some((held) => {
    const reach = (PERMISSIONS[permission] as Partial<Record<RoleName, Reach>>)[held.role];
    return reach === 'programme' || (reach !== undefined && (reach === 'scope' || own) && covers(held, at));
  });

/** The roles that the actor may give to others at that place. */
export const mayGrant = (actor: Holder, at: ScopePath): RoleName[] => {
  const granted = new Set(actor.roles.filter((held) => covers(held, at)).flatMap((held) => MAY_GRANT[held.role]));
  return ROLES.filter((role) => granted.has(role));
};
