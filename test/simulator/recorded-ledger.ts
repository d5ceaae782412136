import type { Grant, Ledger } from '../../src/simulator/ledger.ts';
import type { Scenario } from './scenarios.ts';

/** Every value that was given out, in order: a test searches for them where they must not be. */
export interface Issued {
  readonly codes: readonly string[];
  readonly accessTokens: readonly string[];
  readonly refreshTokens: readonly string[];
  readonly ciphers: readonly string[];
}

/** From a live answer: the year 2124, beyond 32 bits. */
const in2124 = 4878250317;

export interface RecordedLedger {
  readonly ledger: Ledger;
  readonly issued: Issued;
  expireAccessTokens(): void;
  revoke(): void;
}

/** Records what a ledger gives out, expires and revokes it when told to, and judges by the scenario of the moment. */
export function recordedLedger(ledger: Ledger, ciphers: readonly string[], scenario: () => Scenario): RecordedLedger {
  const issued = { codes: [] as string[], accessTokens: [] as string[], refreshTokens: [] as string[], ciphers };
  const grants: Grant[] = [];
  const expired = new Set<string>();
  const fromCode = new Set<string>();
  const record = (list: string[], value: string): string => {
    list.push(value);
    return value;
  };
  return {
    issued,
    expireAccessTokens() {
      for (const token of issued.accessTokens) expired.add(token);
    },
    revoke() {
      for (const grant of grants) grant.revoked = true;
    },
    ledger: {
      issueCode: () => record(issued.codes, ledger.issueCode()),
      redeem(code, scopes) {
        const grant = ledger.redeem(code, scopes);
        if (grant === null || ['expired-code', 'used-code'].includes(scenario())) return null;
        grants.push(grant);
        return grant;
      },
      issueTokens(grant) {
        if (scenario() === 'hundred-years') grant.refreshExpiresAt = in2124;
        const isFirst = grant.refreshToken === '';
        const tokens = ledger.issueTokens(grant);
        record(issued.refreshTokens, tokens.refreshToken);
        record(issued.accessTokens, tokens.accessToken);
        if (isFirst) fromCode.add(tokens.accessToken);
        return tokens;
      },
      findByRefreshToken(token) {
        const grant = scenario() === 'revoked' ? null : ledger.findByRefreshToken(token);
        return grant === null || scenario() !== 'expired-refresh-token' ? grant : { ...grant, refreshExpiresAt: 0 };
      },
      admit(token) {
        const found = ledger.admit(token);
        if (typeof found === 'string') return found;
        if (scenario() === 'revoked') return 'revoked';
        const isExpired = expired.has(token) || (scenario() === 'expired-token' && fromCode.has(token));
        return isExpired ? 'expired' : found;
      },
    },
  };
}
