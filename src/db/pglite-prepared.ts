import { type PGlite, parse, protocol, type QueryOptions, type Results, types } from '@electric-sql/pglite';
import { statementNames } from './prepared.ts';

/**
 * Statements of the embedded database, prepared once and then run in one message. PGlite's own `query` parses and plans every time and
 * calls into the database six times for it: measured, that is most of what a reading costs.
 * It is the extended query protocol that it speaks too: https://www.postgresql.org/docs/current/protocol-flow.html
 */

type Message = Awaited<ReturnType<PGlite['execProtocolStream']>>[number];
type Prepared = {
  name: string;
  parameters: number[] /** What its rows are made of; nothing where it returns none. */;
  description: Message[];
};
type Query = <T>(sql: string, values: unknown[], options: QueryOptions) => Promise<Results<T>>;

const { bind, describe, execute, parse: parseStatement, sync } = protocol.serialize;

/** Nothing of a message is written to the disk until the transaction commits. */
const IN_TRANSACTION = { syncToFs: false };

/** Queries for use inside a transaction of this engine; `undefined` means: not kept prepared, run it in the usual way. */
export const preparedQueries = (engine: PGlite): ((sql: string) => Query | undefined) => {
  const nameOf = statementNames();
  const known = new Map<string, Prepared>();

  const send = (...messages: Uint8Array[]) => engine.execProtocolStream(Buffer.concat(messages), IN_TRANSACTION);

  const prepare = async (sql: string, name: string): Promise<Prepared> => {
    const answers = await send(parseStatement({ name, text: sql }), describe({ type: 'S', name }), sync());
    const prepared = {
      name,
      parameters: parse.parseDescribeStatementResults(answers),
      description: answers.filter((message) => message.name === 'rowDescription'),
    };
    known.set(sql, prepared);
    return prepared;
  };

  /** The engine's ways to read a value with the caller's before them: PGlite puts the two together for every result, which shows. */
  let read: { own: QueryOptions['parsers']; all: PGlite['parsers'] } | undefined;
  const parsersWith = (own: QueryOptions['parsers']) => {
    if (!read || read.own !== own) read = { own, all: { ...engine.parsers, ...own } };
    return read.all;
  };

  const written = (value: unknown, type: number | undefined): string | Uint8Array<ArrayBuffer> | null => {
    if (value === null || value === undefined) return null;
    // As they are: as text they are twice as long, and take several times as long.
    if (type === types.BYTEA && value instanceof Uint8Array) return new Uint8Array(value);
    const serialize = type === undefined ? undefined : engine.serializers[type];
    return serialize ? serialize(value) : String(value);
  };

  return (sql) => {
    const name = nameOf(sql);
    if (name === undefined) return undefined;
    return <T>(_: string, values: unknown[], { parsers, ...options }: QueryOptions) =>
      engine._runExclusiveQuery(async () => {
        const { parameters, description } = known.get(sql) ?? (await prepare(sql, name));
        const answers = await send(
          bind({ statement: name, values: values.map((value, index) => written(value, parameters[index])) }),
          execute({}),
          sync(),
        );
        return parse.parseResults([...description, ...answers], parsersWith(parsers), options)[0] as Results<T>;
      });
  };
};
