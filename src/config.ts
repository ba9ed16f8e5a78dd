import { isIP } from 'node:net';
import { userInfo } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { z } from 'zod';

/**
 * The environment, read once and checked whole: every problem is reported at once, each with where to find what is missing.
 * This is the only reader of process.env (main.ts hands it in). Documented in README.md, "Configuration".
 */

const list = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(/[\s,]+/)
      .map((item) => item.trim())
      .filter(Boolean),
  );
const flag = z.enum(['0', '1'], '0 or 1').transform((value) => value === '1');
const url = z.url('an address, like https://cause.example.org');
const PORT = 'a number from 0 to 65535';

const Environment = z.object({
  PORT: z.coerce.number(PORT).int(PORT).min(0, PORT).max(65535, PORT).default(3000),
  HOST: z.string().optional(),
  PUBLIC_URL: url.optional(),
  DATA_DIR: z.string().default('./data'),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'starts with postgresql://')
    .optional(),
  DEMO: flag.optional(),
  SLACK_BOT_TOKEN: z.string().startsWith('xoxb-', 'starts with xoxb-: Slack app settings → OAuth & Permissions').optional(),
  SLACK_SIGNING_SECRET: z.string().min(8, 'at least 8 characters: Slack app settings → Basic Information → Signing Secret').optional(),
  SLACK_APP_TOKEN: z
    .string()
    .startsWith('xapp-', 'starts with xapp-: Slack app settings → Basic Information → App-Level Tokens')
    .optional(),
  SLACK_API_URL: url.default('https://slack.com/api/'),
  TEAMS_CLIENT_ID: z.string().optional(),
  TEAMS_CLIENT_SECRET: z.string().optional(),
  TEAMS_TENANT_ID: list,
  TEAMS_SERVICE_URLS: list,
  TEAMS_OPENID_URL: url.optional(),
  TEAMS_TOKEN_URL: url.optional(),
  TEAMS_LOCAL: flag.default(false),
  SMTP_URL: z
    .string()
    .regex(/^smtps?:\/\//, 'starts with smtp:// or smtps://')
    .optional(),
  MAIL_FROM: z.string().optional(),
  TRUSTED_EMAIL_DOMAINS: list,
  SECRET_KEY: z.string().optional(),
  SECRET_KEY_FILE: z.string().optional(),
  KEYS_DIR: z.string().optional(),
  OPERATOR_NAME: z.string().optional(),
  METRICS_TOKEN: z.string().min(16, 'at least 16 characters').optional(),
  XDG_CONFIG_HOME: z.string().optional(),
  HOME: z.string().optional(),
});

const LOOPBACK_NAMES = new Set(['localhost', '127.0.0.1', '::1', '[::1]']);
/** Whether a host name or address is this machine only. */
export const isLoopback = (host: string): boolean =>
  LOOPBACK_NAMES.has(host.toLowerCase()) || (isIP(host) === 4 && host.startsWith('127.')) || host.toLowerCase() === '::ffff:127.0.0.1';

/** What is wrong with the environment, all of it. */
export class ConfigError extends Error {
  override name = 'ConfigError';
  readonly problems: string[];
  constructor(problems: string[]) {
    super(
      `The configuration has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
    );
    this.problems = problems;
  }
}

/**
 * Reads the configuration from an environment.
 * @throws ConfigError with every problem at once.
 */
export const parseConfig = (environment: Record<string, string | undefined>) => {
  const present = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = Environment.safeParse(present);
  const wrong = new Map((parsed.error?.issues ?? []).map((issue) => [String(issue.path[0]), issue.message]));
  const problems = [...wrong].map(([name, message]) => `${name}: ${message}`);
  const problem = (name: string, isOne: unknown, text: string) => {
    if (isOne && !problems.some((known) => known.startsWith(`${name}:`))) problems.push(`${name}: ${text}`);
  };
  // What was said of one variable already is left out, so that the rest can be looked at together; whether it is set still counts.
  const env = Environment.parse(Object.fromEntries(Object.entries(present).filter(([name]) => !wrong.has(name))));

  const host = env.HOST ?? '127.0.0.1';
  const publicUrl = new URL(env.PUBLIC_URL ?? `http://localhost:${env.PORT}`);
  const local = isLoopback(host) && isLoopback(publicUrl.hostname);
  const slackNamed = present.SLACK_BOT_TOKEN || present.SLACK_SIGNING_SECRET || present.SLACK_APP_TOKEN;
  const teamsNamed = env.TEAMS_CLIENT_ID || env.TEAMS_CLIENT_SECRET;

  problem('HOST', !local && !env.HOST, 'say which address to listen on (0.0.0.0 behind a proxy), because PUBLIC_URL is not this machine');
  problem(
    'SECRET_KEY',
    !local && !env.SECRET_KEY && !env.SECRET_KEY_FILE,
    'SECRET_KEY or SECRET_KEY_FILE is missing: 32 bytes in base64, made with `openssl rand -base64 32`',
  );
  problem(
    'SECRET_KEY',
    env.SECRET_KEY && Buffer.from(env.SECRET_KEY, 'base64').length !== 32,
    'must be 32 bytes in base64, made with `openssl rand -base64 32`',
  );
  problem(
    'SLACK_BOT_TOKEN',
    slackNamed && !env.SLACK_BOT_TOKEN,
    'is missing: Slack app settings → OAuth & Permissions → Bot User OAuth Token',
  );
  problem(
    'SLACK_SIGNING_SECRET',
    slackNamed && !present.SLACK_SIGNING_SECRET && !present.SLACK_APP_TOKEN,
    'is missing: Slack app settings → Basic Information → Signing Secret',
  );
  problem('TEAMS_CLIENT_ID', teamsNamed && !env.TEAMS_CLIENT_ID, 'is missing: Azure portal → your bot → Configuration → Microsoft App ID');
  problem(
    'TEAMS_CLIENT_SECRET',
    teamsNamed && !env.TEAMS_CLIENT_SECRET,
    'is missing: Azure portal → App registrations → Certificates & secrets',
  );
  problem(
    'TEAMS_TENANT_ID',
    teamsNamed && env.TEAMS_TENANT_ID.length === 0,
    'is missing: the tenants to serve, Azure portal → Microsoft Entra ID → Overview → Tenant ID',
  );
  problem(
    'TEAMS_LOCAL',
    env.TEAMS_LOCAL && !local,
    'accepts activities without authentication, so only with HOST and PUBLIC_URL on this machine',
  );
  problem('MAIL_FROM', present.SMTP_URL && !env.MAIL_FROM, 'is missing: the address that e-mail comes from');
  if (problems.length > 0) throw new ConfigError(problems);

  const platformConfigured = Boolean(slackNamed || teamsNamed || env.TEAMS_LOCAL);
  const demo = env.DEMO ?? (local && !platformConfigured);
  return {
    port: env.PORT,
    host,
    publicUrl: publicUrl.href.replace(/\/$/, ''),
    local,
    dataDir: env.DATA_DIR,
    databaseUrl: env.DATABASE_URL,
    demo,
    slack: slackNamed
      ? {
          botToken: env.SLACK_BOT_TOKEN as string,
          signingSecret: env.SLACK_SIGNING_SECRET,
          /** Socket Mode when set. */
          appToken: env.SLACK_APP_TOKEN,
          apiUrl: env.SLACK_API_URL,
        }
      : undefined,
    teams:
      teamsNamed || env.TEAMS_LOCAL
        ? {
            clientId: env.TEAMS_CLIENT_ID,
            clientSecret: env.TEAMS_CLIENT_SECRET,
            tenants: env.TEAMS_TENANT_ID,
            serviceUrls: env.TEAMS_SERVICE_URLS.length > 0 ? env.TEAMS_SERVICE_URLS : ['https://smba.trafficmanager.net/'],
            openIdUrl: env.TEAMS_OPENID_URL,
            tokenUrl: env.TEAMS_TOKEN_URL,
            local: env.TEAMS_LOCAL,
          }
        : undefined,
    mail: env.SMTP_URL ? { url: env.SMTP_URL, from: env.MAIL_FROM as string } : undefined,
    trustedEmailDomains: (env.TRUSTED_EMAIL_DOMAINS.length > 0 ? env.TRUSTED_EMAIL_DOMAINS : demo ? ['example.org'] : []).map((domain) =>
      domain.toLowerCase(),
    ),
    secretKey: env.SECRET_KEY,
    secretKeyFile: env.SECRET_KEY_FILE,
    keysDir: env.KEYS_DIR,
    operatorName: env.OPERATOR_NAME,
    metricsToken: env.METRICS_TOKEN,
    /** Where this user's own settings belong; the secret key is made there when none is given. */
    userFolder: join(
      isAbsolute(env.XDG_CONFIG_HOME ?? '') ? (env.XDG_CONFIG_HOME as string) : join(env.HOME ?? userInfo().homedir, '.config'),
      'common-cause',
    ),
  };
};

export type Config = ReturnType<typeof parseConfig>;
