import type { Card, Form, Press } from '../../cards/card.ts';
import type { Wave } from '../../pulses/pulse.ts';
import { figure } from '../summary-words.ts';
import { monthWords } from './words.ts';

/** "You said, we did": what goes back to those who were asked. */

const people = (many: number) => `${figure(many)} ${many === 1 ? 'person' : 'people'}`;

type Asked = Pick<Wave, 'title' | 'closesOn'>;

/** As they read it. @param today YYYY-MM-DD */
export const replyNews = ({ closesOn }: Asked, text: string, today: string): string =>
  `Because of what you said in ${monthWords(closesOn, today)}: ${text}`;

export const replyForm = ({ title }: Asked, many: number, press: Press, text = ''): Form => ({
  title: 'You said, we did',
  intro: `What has changed, or will, because of “${title}”? ${people(many)} who were asked read it with their next message, whoever of them answered.`,
  fields: [
    {
      kind: 'longtext',
      name: 'text',
      label: 'We did',
      hint: 'At most 1,000 characters. Name no person and no child.',
      value: text,
      maxLength: 1_000,
    },
  ],
  submit: { label: 'See how it looks', press },
});

export const replyPreview = (wave: Asked, text: string, many: number, today: string, send: Press): Card => ({
  title: `Not sent yet: ${people(many)} would read this with their next message.`,
  parts: [
    { type: 'divider' },
    { type: 'text', text: replyNews(wave, text, today) },
    { type: 'divider' },
    { type: 'text', style: 'small', text: 'It also stands with the results, and cannot be taken back.' },
    { type: 'buttons', buttons: [{ label: 'Send it', press: send, style: 'primary' }] },
  ],
});
