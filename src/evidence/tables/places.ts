import { sql } from '../../db/client.ts';
import { readTable, unordered, within } from './rows.ts';
import type { Table } from './table.ts';

/** Programme, pilots, localities and who is in them; organisations as codes. */

const programmes = readTable({
  name: 'programmes',
  title: 'Programme',
  meaning: 'The programme that everything belongs to.',
  columns: [
    { name: 'programme_id', type: 'code', meaning: 'The programme.', from: sql`g.id` },
    { name: 'name', type: 'text', meaning: 'What it is called.', from: sql`g.name` },
    { name: 'zone', type: 'text', meaning: 'The time zone in which its days and weeks begin.', from: sql`g.zone` },
  ],
  key: [{ from: sql`g.id`, type: 'uuid' }],
  source: (extent) =>
    sql`from programme g where g.id in (select p.programme_id from pilot p join locality l on l.pilot_id = p.id where l.id = any(${within(extent)}))`,
});

const pilots = readTable({
  name: 'pilots',
  title: 'Pilots',
  meaning: 'A pilot: some localities that work on one theme.',
  columns: [
    { name: 'pilot_id', type: 'code', meaning: 'The pilot.', from: sql`p.id` },
    { name: 'programme_id', type: 'code', meaning: 'Its programme.', from: sql`p.programme_id` },
    { name: 'name', type: 'text', meaning: 'What it is called.', from: sql`p.name` },
    { name: 'theme', type: 'text', meaning: 'What its localities work on.', from: sql`p.theme` },
    { name: 'position', type: 'integer', meaning: 'Its place in the fixed order of pilots. No ranking.', from: sql`p.position` },
  ],
  key: [{ from: sql`p.id`, type: 'uuid' }],
  source: (extent) => sql`from pilot p where p.id in (select pilot_id from locality where id = any(${within(extent)}))`,
});

const localities = readTable({
  name: 'localities',
  title: 'Localities',
  meaning: 'A locality of the programme.',
  columns: [
    { name: 'locality_id', type: 'code', meaning: 'The locality.', from: sql`l.id` },
    { name: 'pilot_id', type: 'code', meaning: 'Its pilot.', from: sql`l.pilot_id` },
    { name: 'name', type: 'text', meaning: 'What it is called.', from: sql`l.name` },
    { name: 'prefix', type: 'code', meaning: 'What the codes of its actions begin with: WAK, as in WAK-12.', from: sql`l.prefix` },
    { name: 'position', type: 'integer', meaning: 'Its place in the fixed order of its pilot. No ranking.', from: sql`l.position` },
  ],
  key: [{ from: sql`l.id`, type: 'uuid' }],
  source: (extent) => sql`from locality l where l.id = any(${within(extent)})`,
});

const councilAreas = readTable({
  name: 'locality_areas',
  title: 'Council areas of the localities',
  meaning: 'One council area of a locality: some localities have several.',
  columns: [
    { name: 'locality_id', type: 'code', meaning: 'The locality.', from: sql`a.locality_id` },
    {
      name: 'area_code',
      type: 'code',
      meaning: 'The council area, by its GSS code of the Office for National Statistics.',
      from: sql`c.code`,
    },
    { name: 'area', type: 'text', meaning: 'What the council area is called.', from: sql`c.name` },
  ],
  key: [
    { from: sql`a.locality_id`, type: 'uuid' },
    { from: sql`c.code`, type: 'text' },
  ],
  source: (extent) =>
    sql`from locality_area a join council_area c on c.id = a.council_area_id where a.locality_id = any(${within(extent)})`,
});

export const ORGANISATION_KINDS = {
  school: 'A school.',
  service: 'A service of a council with a head of its own, the police, or a health team.',
  trust: 'A trust of schools.',
  charity: 'A charity.',
  partnership: 'An education partnership.',
  adviser: 'An adviser’s.',
  university: 'A university.',
  other: 'Something else.',
};

const organisations = readTable({
  name: 'organisations',
  title: 'Organisations',
  meaning:
    'An organisation of a locality, as it stands, by its code. Which organisation a code stands for is in the key, which is a file of its own.',
  columns: [
    { name: 'organisation', type: 'code', meaning: 'Its code, the same in every export.', from: sql`o.id`, as: 'organisation' },
    { name: 'locality_id', type: 'code', meaning: 'Its locality.', from: sql`o.locality_id` },
    { name: 'kind', type: 'code', meaning: 'What it is.', values: ORGANISATION_KINDS, from: sql`o.kind` },
    {
      name: 'phase',
      type: 'code',
      meaning: 'Of a school: whom it teaches.',
      values: { primary: 'A primary school.', secondary: 'A secondary school.', special: 'A special school.', other: 'Another school.' },
      from: sql`o.phase`,
    },
    { name: 'area_code', type: 'code', meaning: 'The council area that it is in, by its GSS code.', from: sql`c.code` },
  ],
  key: [{ from: sql`o.locality_id`, type: 'uuid' }, unordered(sql`o.id`)],
  source: (extent) =>
    sql`from organisation o left join council_area c on c.id = o.council_area_id where o.locality_id = any(${within(extent)})`,
});

export const PLACES: readonly Table[] = [programmes, pilots, localities, councilAreas, organisations];
