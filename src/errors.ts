/**
 * Three kinds of error, told apart by who can mend them:
 * a `UserError` by the person who typed, a `PlatformError` by the platform or its administrator,
 * anything else is a bug of ours: logged with a reference, answered with that reference.
 */

/** One press that helps instead, under a refusal; its label has at most 30 characters. */
export type Offer = {
  label: string;
  press: { verb: string; state?: Record<string, unknown> };
  /** The refused words of a form go with it; without any it is not offered. */
  carries?: true;
};

/** Something the person can put right. Its message is shown to them as it is; nothing was saved. */
export class UserError extends Error {
  override name = 'UserError';
  readonly offers: readonly Offer[];

  constructor(message: string, ...offers: (Offer | undefined)[]) {
    super(message);
    this.offers = offers.filter((offer) => offer !== undefined);
  }
}

/** What is known of a request to a platform that went wrong. */
type PlatformErrorDetail = {
  /**
   * `again`: it was refused or never left, so it may be sent again;
   * `unconfirmed`: it may have arrived, so it is never sent again;
   * `closed`: the person blocked us or the app was removed: stop writing there;
   * `refused`: the platform will never take this message.
   */
  outcome: 'again' | 'unconfirmed' | 'closed' | 'refused';
  /** Seconds that the platform asked us to wait. */
  retryAfter?: number;
  cause?: unknown;
};

/** A platform did not do what was asked of it. The message says which and what, with no text from people in it. */
export class PlatformError extends Error {
  override name = 'PlatformError';
  readonly outcome: PlatformErrorDetail['outcome'];
  readonly retryAfter: number | undefined;

  constructor(message: string, detail: PlatformErrorDetail) {
    super(message, { cause: detail.cause });
    this.outcome = detail.outcome;
    this.retryAfter = detail.retryAfter;
  }
}

/** The database could not be reached, hung, or is full: nothing was saved, and trying again later is right. */
export class DatabaseUnavailable extends Error {
  override name = 'DatabaseUnavailable';
}

/** The database failed at the very end, at the COMMIT: whether all of it or nothing was saved is not known. */
export class CommitUnconfirmed extends DatabaseUnavailable {
  override name = 'CommitUnconfirmed';
}

/** The folder of the pulses' keys cannot be used: no pulse opens, and none takes answers. */
export class KeysUnavailable extends Error {
  override name = 'KeysUnavailable';
}
