import { describe, expect, test } from 'vitest';
import { isFailure } from '../../../src/ground/errors.ts';
import { readAddress } from '../../../src/store/postgres/address.ts';

function refusalOf(address: string): unknown {
  try {
    return readAddress(address, {});
  } catch (thrown) {
    return thrown;
  }
}

describe('the address of a database', () => {
  test.each([
    ['postgresql:///team', 'db.example', 'verify-full', 'postgresql://db.example/team'],
    ['postgresql://me@:5433/team', '192.0.2.7', 'verify-full', 'postgresql://192.0.2.7:5433/team'],
    ['postgresql:///team?host=', 'db.example', 'verify-full', 'postgresql://db.example/team'],
    ['postgresql:///team', '127.0.0.1', 'disable', 'postgresql://127.0.0.1/team'],
    ['postgresql:///team', '/run/postgresql', 'disable', 'postgresql://%2Frun%2Fpostgresql/team'],
    ['postgresql://localhost/team', 'db.example', 'disable', 'postgresql://localhost/team'],
    ['postgresql:///team?sslmode=require', 'db.example', 'require', 'postgresql://db.example/team'],
  ])('%s with PGHOST=%s means sslmode %s', (address, PGHOST, sslMode, location) => {
    expect(readAddress(address, { PGHOST })).toMatchObject({ sslMode, location });
  });

  test.each(['/', '#', '?'].map((character) => `postgresql://me:12${character}s3cret@db.example/team`))(
    'is refused and not shown if its password isn’t encoded: %s',
    (address) => {
      const refusal = refusalOf(address);
      expect(isFailure(refusal) && [refusal.code, refusal.message.includes('s3cret')]).toEqual(['usage', false]);
    },
  );

  test('may have an encoded password, and @ in a parameter', () => {
    const address = 'postgresql://me:12%2Fs%23%40@db.example/team?sslrootcert=/home/me@work/ca.pem';
    const { password, rootCertificate } = readAddress(address, {});
    expect([password?.reveal(), rootCertificate]).toEqual(['12/s#@', '/home/me@work/ca.pem']);
  });

  test('may have the user, the password and the database in its parameters', () => {
    const address = 'postgresql:///?host=db.example&user=me&password=12%2Fs%23%40&dbname=team';
    const { password, ...others } = readAddress(address, {});
    expect(password?.reveal()).toBe('12/s#@');
    expect(others).toMatchObject({ user: 'me', database: 'team', location: 'postgresql://db.example/team' });
  });

  test('may use sslrootcert=system, as cloud services’ addresses do', () => {
    const { rootCertificate, sslMode } = readAddress('postgresql://db.example/team?sslrootcert=system', {});
    expect([rootCertificate, sslMode]).toEqual([undefined, 'verify-full']);
  });

  test.each([':0/team', ...['543a', '0', '65536', '5432,5433', '-1', '1e3'].map((port) => `/team?port=${port}`)])(
    'is refused if there is no such port, instead of using the usual one: %s',
    (rest) => {
      expect(refusalOf(`postgresql://db.example${rest}`)).toMatchObject({ code: 'usage' });
    },
  );
});
