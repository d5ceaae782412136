import { neededScopes, scopeInWords } from '../scopes/catalog.ts';
import { scopeIds, type ScopeIds, type ScopeState, type ScopeVerdict } from '../scopes/compare.ts';
import type { Style } from './style.ts';

export interface ScopesResult {
  readonly profile: string;
  readonly connected: boolean;
  readonly verdicts: readonly ScopeVerdict[];
}

/** `430276,430148,…`: to paste into a search or a script. */
export function scopesIdLine(): string {
  return neededScopes.map(({ id }) => id).join(',');
}

export interface ScopesJson extends ScopeIds {
  readonly profile: string;
  readonly connected: boolean;
  readonly scopes: readonly {
    id: string;
    name: string;
    key: string;
    state: ScopeState | null;
  }[];
}

/** `state` is `null` while nothing is connected; the four lists are then empty. */
export function scopesJson({ profile, connected, verdicts }: ScopesResult): ScopesJson {
  return {
    profile,
    connected,
    ...scopeIds(connected ? verdicts : []),
    scopes: verdicts.map(({ scope, state }) => ({
      id: scope.id,
      name: scope.name,
      key: scope.key,
      state: connected ? state : null,
    })),
  };
}

export function scopesMarkdown({ connected, verdicts }: ScopesResult): string {
  return verdicts
    .map(({ scope, state }) => {
      const box = connected && state === 'granted' ? 'x' : ' ';
      return `- [${box}] ${scopeInWords(scope)} \`${scope.key}\`${connected ? `: ${stateInWords[state]}` : ''}`;
    })
    .join('\n');
}

const stateInWords: Record<ScopeState, string> = {
  granted: 'granted',
  missing: 'missing',
  pending: 'pending review',
  unknown: 'unknown',
};

export function scopesText(result: ScopesResult, { paint, glyphs }: Style): string {
  const { connected, verdicts } = result;
  const marks: Record<ScopeState, string> = {
    granted: paint.green(glyphs.pass),
    missing: paint.red(glyphs.fail),
    pending: paint.yellow(glyphs.warn),
    unknown: paint.dim(glyphs.skip),
  };
  const lines = verdicts.map(({ scope, state }) => {
    const mark = connected ? marks[state] : '[ ]';
    const about = [scope.key, scope.note].filter((part) => part !== undefined);
    const shown = connected ? `  ${stateInWords[state]}` : '';
    return [`${mark} ${paint.bold(scope.id)}  ${scope.name}${shown}`, `    ${paint.dim(about.join(' · '))}`].join('\n');
  });
  return [
    paint.bold(`The ${String(neededScopes.length)} scopes that OttoKit needs`),
    ...lines,
    '',
    nextLine(result),
  ].join('\n');
}

function nextLine({ connected, verdicts }: ScopesResult): string {
  const manageApi = 'Partner Center → App & Service → your app → Manage API';
  if (!connected) return `Switch them on in ${manageApi}, then run \`ottokit-tiktok connect\`.`;
  const inState = (wanted: ScopeState): string =>
    verdicts.flatMap(({ scope, state }) => (state === wanted ? [scope.id] : [])).join(', ');
  const again = 'authorize again with `ottokit-tiktok connect --reauthorize`: a token keeps its old scopes';
  const [missing, pending] = [inState('missing'), inState('pending')];
  if (missing !== '') return `Switch on ${missing} in ${manageApi}, then ${again}.`;
  if (pending !== '') return `When TikTok has approved ${pending} (${manageApi} shows it), ${again}.`;
  return inState('unknown') === '' ? 'Nothing is missing.' : 'TikTok Shop didn’t say which scopes are granted.';
}
