import { manageApi } from '../ground/catalogue.ts';
import { neededScopes, optionalScope, scopeInWords, shopListScope } from '../scopes/catalog.ts';
import { scopeIds, scopesAdvice, type ScopeState, type ScopeVerdict } from '../scopes/compare.ts';
import { mark, type Style } from './format.ts';

export interface ScopesResult {
  readonly profile: string;
  readonly connected: boolean;
  readonly verdicts: readonly ScopeVerdict[];
}

export const scopesIdLine = (): string => neededScopes.map(({ id }) => id).join(',');

/** Until a shop is connected, each `state` is `null` and the four lists are empty. */
export const scopesJson = ({ profile, connected, verdicts }: ScopesResult) => ({
  profile,
  connected,
  ...scopeIds(connected ? verdicts : []),
  scopes: verdicts.map(({ id, name, key, state }) => ({ id, name, key, state: connected ? state : null })),
  optional: shopListScope,
});

export const scopesMarkdown = ({ connected, verdicts }: ScopesResult): string =>
  verdicts
    .map((scope) => {
      const box = connected && scope.state === 'granted' ? 'x' : ' ';
      return `- [${box}] ${scopeInWords(scope)} \`${scope.key}\`${connected ? `: ${inWords(scope.state)}` : ''}`;
    })
    .join('\n');

const inWords = (state: ScopeState): string => (state === 'pending' ? 'pending review' : state);

const statuses = { granted: 'pass', missing: 'fail', pending: 'warn', unknown: 'skip' } as const;

export function scopesText(result: ScopesResult, style: Style): string {
  const { paint } = style;
  const { connected, verdicts } = result;
  const lines = verdicts.flatMap(({ id, name, key, note, state }) => {
    const about = [key, note].filter((part) => part !== undefined).join(' · ');
    const line = `${connected ? mark(statuses[state], style) : '[ ]'} ${paint.bold(id)}  ${name}`;
    return [connected ? `${line}  ${inWords(state)}` : line, `    ${paint.dim(about)}`];
  });
  const title = paint.bold(`The ${String(neededScopes.length)} scopes that OttoKit needs`);
  return [title, ...lines, '', optionalScope, nextLine(result)].join('\n');
}

function nextLine({ connected, verdicts }: ScopesResult): string {
  const ids = scopeIds(verdicts);
  if (!connected) return `Switch them on in ${manageApi}, then run \`ottokit-tiktok connect\`.`;
  const isKnown = ids.unknown.length === 0;
  return scopesAdvice(ids) ?? (isKnown ? 'Nothing is missing.' : 'TikTok Shop didn’t say which scopes are granted.');
}
