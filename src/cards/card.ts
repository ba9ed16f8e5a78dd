/**
 * The card vocabulary: plain data, told apart by `type`, the same for every platform.
 * Every string is plain text, from us or from people; each platform's renderer escapes it, once.
 * A card's title is its first line and says it all: a busy headteacher reads nothing else.
 */

/** A press: what a button does. The dispatcher seals it for one person before a renderer sees it. */
export type Press = {
  /** The verb in dotted form, as in `kpi.undo`. */
  verb: string;
  /** What the flow needs to go on: ids, the version seen, a draft. Plain JSON, small: sealed it is at most 1,900 bytes. */
  state?: Record<string, unknown>;
  /** What was typed before a form could be opened. */
  words?: string;
  /** For a card that others see: whoever presses it there acts for themselves. Only where its verb says so. */
  anyone?: true;
};

/** A sealed press: `verb` routes it (a form is opened before anything runs), `token` is all that is trusted. */
export type SealedPress = { verb: string; form: boolean; token: string };

/** A button; either a press or a link. Label at most 30 characters, so that every platform shows it whole. */
export type Button<P = Press> =
  | {
      label: string;
      press: P;
      style?: 'primary' | 'warning';
      /** Said by a screen reader where the label alone is unclear. */
      says?: string;
    }
  | { label: string; url: string; says?: string };

/** What data say of a KPI or an action, never by colour alone: the word is always shown. */
export type StatusTone = 'good' | 'close' | 'bad' | 'neutral';

/** One field of a form. `value` is what it opens with. Names are unique in a form. */
export type Field = {
  name: string;
  label: string;
  hint?: string;
  value?: string;
  /** It may be left empty; `said`: the form says so itself, so that no label does. */
  optional?: boolean | 'said';
} & (
  | { kind: 'text'; maxLength?: number }
  | { kind: 'number' } // free text, parsed by the grammar so that "93,2" is asked and not lost
  | { kind: 'longtext'; maxLength?: number }
  | { kind: 'date' } // plain date, YYYY-MM-DD on the wire
  | { kind: 'choice'; options: { value: string; label: string }[] } // one of a list; drawn as radios up to 7, else a list to choose from
);

/** A form: a modal in Slack, a dialog in Teams, a page on the web. */
export type Form<P = Press> = {
  title: string; // at most 24 characters (Slack's modal title)
  /** A sentence above the fields. */
  intro?: string;
  fields: Field[];
  /** Where the values go. */
  submit: { label: string; press: P };
};

/** What a point is a sign of, where it is drawn with its mean. */
export type PointKind = 'common_cause' | 'improvement' | 'concern' | 'neutral_high' | 'neutral_low';

/** A period of a chart; `value` null: a gap in the line. Mean and limits step where they begin anew. */
export type ChartPoint = {
  label: string;
  value: number | null;
  /** It was given and is not for its reader; `value` is null. */
  withheld?: true;
  mean?: number;
  lower?: number;
  upper?: number;
  kind?: PointKind;
  /** From here on mean and limits are worked out anew. */
  anew?: true;
};

/** A stretch of a chart with a name: the first and the last of its points, by their places from 0; its days in words, as in "from 1 Jul on". */
export type ChartBand = { from: number; to: number; label: string; days: string };

export type Part<P = Press> =
  | { type: 'text'; text: string; style?: 'heading' | 'strong' | 'small' }
  | { type: 'facts'; facts: { label: string; value: string }[] }
  | {
      type: 'table';
      caption: string;
      columns: { label: string; align?: 'right' }[];
      rows: string[][];
      more?: { label: string; url: string };
    }
  /** Lines, each with what it is about, a detail, and at most one button. */
  | { type: 'list'; items: { text: string; detail?: string; button?: Button<P> }[]; more?: { label: string; url: string } }
  | { type: 'status'; tone: StatusTone; word: string; text: string }
  | {
      type: 'chart';
      title: string;
      unit: string;
      decimals: number;
      points: ChartPoint[];
      target?: number;
      /** How much the readings of the latest stretch bear: `trial` and `run_chart` have trial limits. */
      stage?: 'plain' | 'trial' | 'run_chart' | 'full';
      marks?: ChartBand[];
      /** Stretches that began after the last point, and where its limits begin anew and why: a sentence each, without its full stop. */
      later?: string[];
      begins?: string[];
      /** One sentence that says what is to be seen. */
      says: string;
    }
  | { type: 'progress'; label: string; done: number; of: number }
  | { type: 'divider' }
  | { type: 'buttons'; buttons: Button<P>[] }
  /** Fields inside a card, where no form can be opened (a Teams message, the web). */
  | { type: 'inputs'; form: Form<P> }
  | { type: 'image'; url: string; alt: string };

export type Card<P = Press> = {
  /** The first line; at most 150 characters. */
  title: string;
  parts: Part<P>[];
  /** It holds a code or link that is shown once: the answer kept for a redelivery says so instead. */
  secret?: true;
  /** It refuses words that hold a child's identifier: no page shows them beside it. */
  unrepeated?: true;
  /** Set by the dispatcher on every card of a demonstration that is on a real platform. */
  demonstration?: boolean;
};

export type SealedCard = Card<SealedPress>;
export type SealedForm = Form<SealedPress>;
