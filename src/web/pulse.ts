import type { ErrorRequestHandler, Request, Response } from 'express';
import { dayIn } from '../calendar/zone.ts';
import { inTransaction } from '../db/transaction.ts';
import { CommitUnconfirmed, DatabaseUnavailable } from '../errors.ts';
import { faultOf } from '../fault.ts';
import { findActor } from '../people/actor.ts';
import { withoutNumbers } from '../people/identifiers.ts';
import { showable } from '../people/notes.ts';
import { postedValues } from '../platforms/web/receive.ts';
import { formView } from '../platforms/web/render.ts';
import { type Answered, answerWave } from '../pulses/answer.ts';
import { operatorName } from '../pulses/operator.ts';
import type { Wave } from '../pulses/pulse.ts';
import { waveById } from '../pulses/queries.ts';
import { seatByLink } from '../pulses/seat.ts';
import { COMMENT_FIELD, readSent } from '../pulses/sent.ts';
import { type Standing, standingOf } from '../pulses/standing.ts';
import { promise, pulseForm, pulseLine } from '../views/pulse/form.ts';
import { noKey, type Told, thanks } from '../views/pulse/thanks.ts';
import type { Site } from './site.ts';

/**
 * A pulse by its personal link, for whoever has it from an e-mail: no sign-in, no session. Opening it changes nothing and uses nothing up;
 * what it shows after it was answered is what it shows to whoever answers. Nothing here logs whose link it was.
 */

/** 16 bytes, base64url. */
const TOKEN = /^[\w-]{22}$/u;

/** What was typed, to stand in its field again; a child's identifier is not repeated. */
const repeated = (value = '') => withoutNumbers(showable(value)) ?? '';

type Shown =
  | { kind: 'form'; wave: Wave; errors: Record<string, string> }
  | { kind: 'thanks'; wave: Wave }
  | { kind: 'no_key' }
  /** Unknown, late or mistyped: nobody is told which. */
  | { kind: 'nothing' };

/** What somebody is shown before they answer, and after. */
const shownAs = (wave: Wave, standing: Standing | Answered): Shown => {
  switch (standing) {
    case 'open':
      return { kind: 'form', wave, errors: {} };
    case 'counted':
    case 'already':
      return { kind: 'thanks', wave };
    case 'no_key':
      return { kind: 'no_key' };
    case 'closed':
    case 'not_invited':
      return { kind: 'nothing' };
  }
};

export const pulsePages = ({ core, show, problem }: Site) => {
  /** Whose link it is, if they are still there and the wave still is. */
  const find = (token: string, then: (means: Means) => Promise<Shown>): Promise<Shown> =>
    TOKEN.test(token)
      ? inTransaction(core.db, async (tx): Promise<Shown> => {
          const now = core.now();
          const seat = await seatByLink(tx, token);
          const wave = seat && (await waveById(tx, seat.waveId));
          if (!wave) return { kind: 'nothing' };
          const { personId } = seat;
          // Whoever has left answers for nobody.
          const actor = await findActor(tx, { platform: 'web', tenant: 'web', user: personId }, dayIn(now).toString());
          return actor ? then({ tx, now, waveKeys: core.waveKeys, wave, personId }) : { kind: 'nothing' };
        })
      : Promise.resolve({ kind: 'nothing' });

  type Means = Parameters<typeof standingOf>[0] & { wave: Wave; personId: string };

  const standing = async (means: Means): Promise<Shown> => shownAs(means.wave, await standingOf(means, means.wave, means.personId));

  const answered = async (means: Means, values: Record<string, string>): Promise<Shown> => {
    const { wave } = means;
    const sent = readSent(wave, values);
    if ('fields' in sent) {
      const shown = await standing(means);
      return shown.kind === 'form' ? { ...shown, errors: sent.fields } : shown;
    }
    return shownAs(wave, await answerWave(means, wave.id, means.personId, sent.answers));
  };

  const say = (request: Request, response: Response, { title, lines }: Told, status = 200) =>
    show(request, response, 'pulse-said.njk', { status, title, lines });

  const back = (values: Record<string, string>): string[] => {
    const words = repeated(values[COMMENT_FIELD]).trim();
    return words === '' ? [] : [`Your words: “${words}”`];
  };

  const draw = (request: Request, response: Response, shown: Shown, values: Record<string, string> = {}) => {
    if (shown.kind === 'nothing')
      return problem(request, response, 404, 'This pulse has closed, or the address is not whole', [
        'Has it not closed yet? Then copy all of the address from your e-mail.',
        ...back(values),
      ]);
    if (shown.kind === 'no_key') {
      const { title, lines } = noKey();
      return say(request, response, { title, lines: [...lines, ...back(values)] }, 503);
    }
    const { wave } = shown;
    if (shown.kind === 'thanks') return say(request, response, thanks(wave));
    const operator = operatorName(core.config);
    const form = pulseForm(wave, operator, { verb: 'pulse.answer' });
    const fields = form.fields.map((field) => ({ ...field, value: repeated(values[field.name]) }));
    const view = formView(
      { ...form, fields, submit: { label: form.submit.label, press: { verb: form.submit.press.verb, form: true, token: '' } } },
      shown.errors,
    );
    show(request, response, 'pulse.njk', {
      status: view.errors.length > 0 ? 400 : 200,
      title: view.errors.length > 0 ? `Error: ${wave.title}` : wave.title,
      heading: pulseLine(wave),
      promise: promise(wave, operator),
      form: view,
      action: request.path,
    });
  };

  /** What goes wrong is told to whoever answers; the log has the reference and the kind of it. */
  const orTold = async (request: Request, response: Response, values: Record<string, string>, work: () => Promise<Shown>) => {
    try {
      draw(request, response, await work(), values);
    } catch (error) {
      const ref = core.newId().replaceAll('-', '').slice(-6).toUpperCase();
      core.log.error({ ref, fault: faultOf(error).type }, 'the page of a pulse failed');
      const away = error instanceof DatabaseUnavailable;
      const lines =
        error instanceof CommitUnconfirmed
          ? ['It may or may not be saved: send it again in a minute, it counts only once.']
          : ['Nothing was saved. Try again in a minute.'];
      const heading = away ? 'The database could not be reached just now' : 'Something went wrong on our side';
      problem(request, response, away ? 503 : 500, `${heading} (ref ${ref})`, [...lines, ...back(values)]);
    }
  };

  /** More than is read of a page: the rest of a form of ours is short. */
  const tooLong: ErrorRequestHandler = (error, request, response, next) => {
    if (error?.status !== 413) return next(error);
    problem(
      request,
      response,
      413,
      'Nothing was sent: your comment is too long',
      ['A comment has at most 1,000 characters. Go back in your browser, where your words should still be, shorten it and send it again.'],
      { href: request.path, text: 'Open the pulse anew' },
    );
  };

  return {
    tooLong,

    open: (request: Request, response: Response) => orTold(request, response, {}, () => find(String(request.params.token), standing)),

    answer: (request: Request, response: Response) => {
      const values = postedValues(
        Object.fromEntries(Object.entries(request.body as Record<string, unknown>).map(([name, value]) => [name, String(value)])),
      );
      return orTold(request, response, values, () => find(String(request.params.token), (means) => answered(means, values)));
    },
  };
};
