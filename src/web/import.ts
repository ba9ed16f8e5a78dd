import type { Request, RequestHandler, Response } from 'express';
import { dayIn } from '../calendar/zone.ts';
import { isId } from '../db/client.ts';
import { inTransaction } from '../db/transaction.ts';
import { UserError } from '../errors.ts';
import { TEMPLATE } from '../imports/fields.ts';
import { type ImportContext, type ImportRead, readImport } from '../imports/import.ts';
import { LIMITS, megabytes } from '../imports/sheet/limits.ts';
import { writeTemplate } from '../imports/sheet/template.ts';
import {
  bytesOf,
  claimUpload,
  digestOf,
  findImporter,
  findUpload,
  isHeld,
  keepUpload,
  type Outcome,
  type Upload,
} from '../imports/uploads.ts';
import type { Actor } from '../people/actor.ts';
import type { Place } from '../people/directory.ts';
import type { Run, Runs } from './import-run.ts';
import { counted, reportView } from './import-view.ts';
import { readMultipart, TooLarge } from './multipart.ts';
import type { Site, Visitor } from './site.ts';
import { handOf, visitorOf } from './visitor.ts';

/**
 * Bringing in a plan on the web: choose a file, look at what it would change, import it, see how far it is. Nothing is written before
 * the person has seen what. Whoever may not import anywhere finds no such page.
 */

/** Whoever may bring in a plan, and where. */
type Importer = { visitor: Visitor; actor: Actor; places: Place[] };

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const TOO_LARGE = `The file is larger than ${megabytes(LIMITS.bytes)}, the most that is read. Delete pictures and sheets that are not the plan`;

type Wrong = { status?: number; file?: string; locality?: string };

export const importPages = (site: Site, runs: Runs, notFound: RequestHandler) => {
  const { core } = site;
  const importerOf = (response: Response) => response.locals.importer as Importer;
  const day = () => dayIn(core.now());
  const addressOf = ({ as }: Visitor, id: string) => `/import/${id}${as}`;

  /** Lets only those in who may bring in a plan somewhere. */
  const enter: RequestHandler = async (request, response, next) => {
    const visitor = await visitorOf(site, request, response);
    if (!visitor) return;
    const found = await inTransaction(core.db, (tx) => findImporter(tx, visitor.personId, day()));
    if (!found || found.places.length === 0) return notFound(request, response, next);
    response.locals.importer = { visitor, ...found } satisfies Importer;
    next();
  };

  const choices = (places: readonly Place[]) => ({
    places: places.map(({ localityId, locality }) => ({ value: localityId, text: locality })),
    most: megabytes(LIMITS.bytes),
  });

  const form = (request: Request, response: Response, wrong: Wrong = {}) => {
    const { visitor, places } = importerOf(response);
    const errors = [
      ...(wrong.locality ? [{ text: wrong.locality, href: '#locality' }] : []),
      ...(wrong.file ? [{ text: wrong.file, href: '#file' }] : []),
    ];
    site.show(request, response, 'import.njk', {
      status: wrong.status ?? (errors.length > 0 ? 400 : 200),
      title: errors.length > 0 ? 'Error: Import a plan' : 'Import a plan',
      visitor,
      ...choices(places),
      chosen: request.body?.locality,
      wrong,
      errors,
    });
  };

  /** Reads what was posted, a file among it, into `request.body` and `response.locals.file`; only after `enter`. */
  const receive: RequestHandler = async (request, response, next) => {
    try {
      const { fields, file } = await readMultipart(request);
      request.body = fields;
      response.locals.file = file;
    } catch (error) {
      if (!(error instanceof TooLarge)) throw error;
      core.log.info({ status: 413 }, 'a request was refused');
      return form(request, response, { status: 413, file: TOO_LARGE });
    }
    next();
  };

  const contextFor = ({ actor }: Importer, localityId: string): ImportContext => ({
    now: core.now,
    newId: core.newId,
    by: actor,
    locality: localityId,
    transaction: (work) => inTransaction(core.db, work),
  });

  /** What is in a file, or why it cannot be read at all. */
  const reading = (...[files, context]: Parameters<typeof readImport>): Promise<ImportRead | string> =>
    readImport(files, context).catch((error: unknown) => {
      if (error instanceof UserError) return error.message;
      throw error;
    });

  const look: RequestHandler = async (request, response) => {
    const importer = importerOf(response);
    const file = response.locals.file as { name: string; bytes: Uint8Array } | undefined;
    const [only, another] = importer.places;
    const place = another ? importer.places.find(({ localityId }) => localityId === request.body.locality) : only;
    const wrong: Wrong = {
      ...(place ? {} : { locality: 'Choose which locality the plan is of' }),
      ...(file ? {} : { file: 'Choose the .xlsx or .csv file of the plan' }),
    };
    if (!place || !file) return form(request, response, wrong);
    const read = await reading([file], contextFor(importer, place.localityId));
    if (typeof read === 'string') return form(request, response, { file: read });
    const id = core.newId();
    await inTransaction(core.db, (tx) =>
      keepUpload(tx, {
        id,
        personId: importer.visitor.personId,
        localityId: place.localityId,
        fileName: file.name,
        bytes: file.bytes,
        createdAt: new Date(core.now().epochMilliseconds),
      }),
    );
    response.redirect(303, addressOf(importer.visitor, id));
  };

  /** Their own upload, for a locality where they may import now. */
  const uploadFor = async (request: Request, { visitor, places }: Importer): Promise<Upload | undefined> => {
    const id = String(request.params.id);
    if (!isId(id)) return undefined;
    const upload = await inTransaction(core.db, (tx) => findUpload(tx, id, visitor.personId));
    return upload && places.some(({ localityId }) => localityId === upload.localityId) ? upload : undefined;
  };

  const showProgress = (request: Request, response: Response, { visitor, done, total }: Pick<Run, 'visitor' | 'done' | 'total'>) =>
    site.show(request, response, 'import-progress.njk', { title: 'Importing the plan', visitor, done, total });

  const preview = async (request: Request, response: Response, upload: Upload, after: 'failed' | undefined = undefined) => {
    const importer = importerOf(response);
    const { visitor } = importer;
    const bytes = await inTransaction(core.db, (tx) => bytesOf(tx, upload.id));
    const read = await reading([{ name: upload.fileName, bytes }], contextFor(importer, upload.localityId));
    if (typeof read === 'string') return form(request, response, { file: read });
    const report = reportView(read, Number(request.query.from ?? 0));
    const wrong = read.problemCount > 0;
    const would = report.add + report.change;
    const outcome: Outcome = upload.result && !('changes' in upload.result) ? upload.result : {};
    const heading = wrong
      ? `${counted(read.problemCount, 'thing')} to put right in the file`
      : would === 0
        ? 'This file would change nothing'
        : `This file would change ${counted(would, 'thing')}: ${report.words}`;
    site.show(request, response, 'import-preview.njk', {
      title: wrong ? `Error: ${heading}` : after === 'failed' ? 'Nothing was written. Try again' : heading,
      heading,
      visitor,
      upload,
      ...choices(importer.places),
      here: addressOf(visitor, upload.id),
      failed: after === 'failed',
      ...outcome,
      problems: read.problems.map(({ text }) => ({ text })),
      unsaid: read.problemCount > read.problems.length ? counted(read.problemCount - read.problems.length, 'more') : undefined,
      notes: read.notes,
      localities: read.localities,
      would,
      report,
      seen: digestOf(read.changes),
    });
  };

  return {
    enter,
    receive,
    look,
    form: ((request, response) => form(request, response)) satisfies RequestHandler,

    template: (async (_request, response) => {
      const workbook = await writeTemplate(TEMPLATE);
      response.attachment('common-cause-plan.xlsx').type(XLSX).send(Buffer.from(workbook));
    }) satisfies RequestHandler,

    /** How far a run of this process is, for the browser that began it: said without asking the database, which may be busy with it. */
    progress: ((request, response, next) => {
      const run = runs.live(String(request.params.id));
      if (!run || run.hand === undefined || run.hand !== handOf(site, request)) return next();
      showProgress(request, response, run);
    }) satisfies RequestHandler,

    show: (async (request, response, next) => {
      const importer = importerOf(response);
      const upload = await uploadFor(request, importer);
      if (!upload) return notFound(request, response, next);
      const { visitor } = importer;
      if (upload.state === 'previewed') return preview(request, response, upload);
      if (upload.state === 'done' && upload.result && 'changes' in upload.result) {
        const report = reportView(upload.result, Number(request.query.from ?? 0));
        const heading = report.words ? `Imported: ${report.words}` : 'Nothing had to be written: all of it is there already';
        return site.show(request, response, 'import-done.njk', {
          title: heading,
          heading,
          visitor,
          here: addressOf(visitor, upload.id),
          report,
        });
      }
      const live = runs.live(upload.id);
      if (upload.state === 'running' && (live || (await inTransaction(core.db, (tx) => isHeld(tx, upload.id)))))
        return showProgress(request, response, { visitor, done: live?.done ?? upload.done, total: live?.total ?? upload.total });
      // It failed, or the server stopped in the middle: either way its transaction is gone.
      return preview(request, response, upload, 'failed');
    }) satisfies RequestHandler,

    run: (async (request, response, next) => {
      const importer = importerOf(response);
      const upload = await uploadFor(request, importer);
      if (!upload) return notFound(request, response, next);
      // Sent twice, it is imported once: whoever comes second is shown how far it is.
      if (!runs.live(upload.id) && (await inTransaction(core.db, (tx) => claimUpload(tx, upload.id))))
        runs.start(upload, { ...importer, hand: handOf(site, request) }, String(request.body.seen ?? ''));
      response.redirect(303, addressOf(importer.visitor, upload.id));
    }) satisfies RequestHandler,
  };
};
