import type { Core } from '../app.ts';
import { UserError } from '../errors.ts';

/**
 * Who runs this server, as every pulse says: whoever holds the keys and watches it while a pulse is open is whom people must trust.
 * @throws UserError where nobody has said so yet
 */
export const operatorName = ({ operatorName: name, demo }: Pick<Core['config'], 'operatorName' | 'demo'>): string => {
  if (name) return name;
  if (demo) return 'this computer (a demonstration)';
  throw new UserError('Nobody can be asked before it is said who runs this server: OPERATOR_NAME. Ask whoever runs it to set that.');
};
