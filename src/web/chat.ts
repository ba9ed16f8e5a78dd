import type { Request, Response } from 'express';
import type { Answer, Command, Dispatch } from '../bot/contract.ts';
import { dayIn, PROGRAMME_ZONE } from '../calendar/zone.ts';
import { inTransaction } from '../db/transaction.ts';
import { findImporter } from '../imports/uploads.ts';
import { runRights } from '../nudges/runs.ts';
import { shownEmails } from '../people/demonstration.ts';
import { pieces } from '../platforms/email/render.ts';
import { receive } from '../platforms/web/receive.ts';
import { cardView, formView } from '../platforms/web/render.ts';
import { isLocalRequest } from './local.ts';
import type { Site, Visitor } from './site.ts';
import { refuseFar, visitorOf } from './visitor.ts';

/** The chat: the same commands as in Slack and Teams, on a page that works without JavaScript. */

/** Where an answer's HTTP status says more than its card: whose fault, for those who watch the server. */
const STATUS = { user: 200, database: 503, bug: 500 } as const;

const showAnswer = (site: Site, commands: readonly Command[], request: Request, response: Response, visitor: Visitor, answer: Answer) => {
  if (answer.kind !== 'card') {
    const form = formView(answer.form, answer.kind === 'fields' ? answer.fields : {});
    const title = form.errors.length > 0 ? `Error: ${form.title}` : form.title;
    return site.show(request, response, 'form.njk', { title, visitor, form });
  }
  const { text, label } = request.body as Record<string, string | undefined>;
  const said = answer.card.unrepeated ? undefined : (text ?? (label === undefined ? undefined : `You chose: ${label.slice(0, 100)}`));
  return site.show(request, response, 'chat.njk', {
    status: answer.failed ? STATUS[answer.failed] : 200,
    title: answer.failed ? `Error: ${answer.card.title}` : answer.card.title,
    visitor,
    commands,
    answer: cardView(answer.card),
    said,
    typed: answer.failed && !answer.card.unrepeated ? text : undefined, // to be put right where it stands
  });
};

export const chatPages = (site: Site, commands: readonly Command[], dispatch: Dispatch) => ({
  open: async (request: Request, response: Response) => {
    const visitor = await visitorOf(site, request, response);
    if (!visitor) return;
    const { core } = site;
    const today = dayIn(core.now());
    const pages = await inTransaction(core.db, async (tx) => ({
      imports: ((await findImporter(tx, visitor.personId, today))?.places.length ?? 0) > 0,
      runs: (await runRights(tx, visitor.personId, today.toString())).read,
    }));
    site.show(request, response, 'chat.njk', { title: `Chat as ${visitor.post}`, visitor, commands, ...pages });
  },

  ask: async (request: Request, response: Response) => {
    const visitor = await visitorOf(site, request, response);
    if (!visitor) return;
    const incoming = receive(request.body, visitor.personId);
    if (!incoming) {
      site.core.log.warn({ status: 400, why: 'not what a form of ours sends' }, 'a request was refused');
      site.problem(request, response, 400, 'Nothing was saved: this did not come from one of our forms', [], {
        href: visitor.action,
        text: 'Back to the chat',
      });
      return;
    }
    showAnswer(site, commands, request, response, visitor, await dispatch(incoming));
  },

  /** The demonstration's e-mails, for whoever sits at the machine. */
  mail: async (request: Request, response: Response) => {
    const { core } = site;
    if (!isLocalRequest(request, core.config)) return refuseFar(site, request, response);
    const when = (at: Date) => at.toLocaleString('en-GB', { timeZone: PROGRAMME_ZONE, dateStyle: 'medium', timeStyle: 'short' });
    const mails = (await inTransaction(core.db, shownEmails)).map((mail) => ({ ...mail, at: when(mail.at), pieces: pieces(mail.text) }));
    site.show(request, response, 'mail.njk', { title: 'E-mails', mails, sends: core.config.mail !== undefined });
  },
});
