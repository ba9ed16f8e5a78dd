import type { Demonstration } from './format.ts';
import { demoId } from './ids.ts';

/** Somebody of the demonstration, by post: nobody has a name. */
export type DemoPerson = {
  id: string;
  address: string;
  post: string;
  role: Demonstration['programme']['people'][number]['role'];
  scopeKind: 'programme' | 'pilot' | 'locality';
  scopeId: string;
  /** "LocalEd", "Vulnerable children", "Wakefield" */
  scopeName: string;
  organisationId: string;
  /** The last day of the role, where somebody has left it. */
  until: { inDays: number } | undefined;
};

/** Reserved for examples (RFC 2606): no message to one of them arrives anywhere. */
const address = (key: string) => `${key}@example.org`;
export const personId = (key: string): string => demoId('person', address(key));

/** Everybody in the demonstration: the programme's own people, then each locality's. */
export const peopleOf = ({ programme, localities }: Demonstration): DemoPerson[] => [
  ...programme.people.map((person): DemoPerson => {
    const pilot = typeof person.scope === 'number' ? programme.pilots[person.scope - 1] : undefined;
    return {
      id: personId(person.key),
      address: address(person.key),
      post: person.post,
      role: person.role,
      ...(pilot
        ? { scopeKind: 'pilot', scopeId: demoId('pilot', pilot.name), scopeName: pilot.name }
        : { scopeKind: 'programme', scopeId: demoId('programme', programme.key), scopeName: programme.name }),
      organisationId: demoId('organisation', programme.key, person.organisation),
      until: undefined,
    };
  }),
  ...localities.flatMap((locality) =>
    locality.people.map((person): DemoPerson => {
      const key = `${locality.key}.${person.key}`;
      return {
        id: personId(key),
        address: address(key),
        post: person.post,
        role: person.role,
        scopeKind: 'locality',
        scopeId: demoId('locality', locality.key),
        scopeName: locality.name,
        organisationId: demoId('organisation', locality.key, person.organisation),
        until: person.until,
      };
    }),
  ),
];
