import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { expectedSignature } from '../../src/simulator/endpoints.ts';

interface Vector {
  name: string;
  secret: string;
  path: string;
  query: Record<string, string>;
  body: string | null;
  expected: string;
  verifies: boolean;
}

const { vectors } = JSON.parse(readFileSync(new URL('../fixtures/sign-vectors.json', import.meta.url), 'utf8')) as {
  vectors: Vector[];
};

function sign({ secret, path, query, body }: Vector): string {
  return expectedSignature(secret, { path, query: new URLSearchParams(query), body: body ?? '' });
}

describe('the signature that the simulator expects', () => {
  const right = vectors.filter(({ verifies }) => verifies);
  const wrong = vectors.filter(({ verifies }) => !verifies);

  test('is compared with published signatures, right ones and a wrong one', () => {
    expect(right.length).toBeGreaterThanOrEqual(3);
    expect(wrong.length).toBeGreaterThanOrEqual(1);
  });

  test.each(right.map((vector) => [vector.name, vector] as const))('is the published one: %s', (_, vector) => {
    expect(sign(vector)).toBe(vector.expected);
  });

  test.each(wrong.map((vector) => [vector.name, vector] as const))(
    'isn’t the published one that is known to be wrong: %s',
    (_, vector) => {
      expect(sign(vector)).not.toBe(vector.expected);
    },
  );

  test('omits sign and access_token, and sorts the other parameters by name', () => {
    const signed = (query: [string, string][]): string =>
      expectedSignature('secret', { path: '/p', query: new URLSearchParams(query), body: '' });
    const plain = signed([
      ['app_key', 'k'],
      ['timestamp', '1'],
    ]);
    expect(
      signed([
        ['timestamp', '1'],
        ['sign', 'anything'],
        ['access_token', 'anything'],
        ['app_key', 'k'],
      ]),
    ).toBe(plain);
    expect(
      signed([
        ['app_key', 'k'],
        ['timestamp', '2'],
      ]),
    ).not.toBe(plain);
  });
});
