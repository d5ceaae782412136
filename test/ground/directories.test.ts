import { describe, expect, test } from 'vitest';
import { directoriesOf } from '../../src/ground/directories.ts';
import { isFailure } from '../../src/ground/errors.ts';

const nowhere = (): never => {
  throw new Error('ENOENT');
};

function on(env: Record<string, string>, more: Partial<Parameters<typeof directoriesOf>[0]> = {}) {
  return directoriesOf({ env, platform: 'linux', homeOfUser: () => '/home/ann', workingDirectory: nowhere, ...more });
}

function refusal(find: () => string): string {
  try {
    return `found ${find()}`;
  } catch (thrown) {
    if (!isFailure(thrown) || thrown.code !== 'directory-unknown') throw thrown;
    expect(thrown.fix).toContain('OTTOKIT_TIKTOK_CONFIG_DIR');
    return thrown.message;
  }
}

test.each([
  ['linux', '/home/ann/.config/ottokit-tiktok', '/home/ann/.local/share/ottokit-tiktok'],
  ['darwin', '/home/ann/Library/Preferences/ottokit-tiktok', '/home/ann/Library/Application Support/ottokit-tiktok'],
] as const)('on %s, the store and the keys are in the system’s usual directories', (platform, config, data) => {
  for (const env of [{ HOME: '/home/ann' }, { HOME: '' }, {}] as Record<string, string>[]) {
    const directories = on(env, { platform });
    expect([directories.config(), directories.data(), directories.home()]).toEqual([config, data, '/home/ann']);
  }
});

test('on Windows, the store and the keys are in the profile folder, or where an absolute APPDATA says', () => {
  const home = { homeOfUser: () => String.raw`C:\Users\Ann`, platform: 'win32' } as const;
  const [plain, moved] = [on({}, home), on({ APPDATA: String.raw`D:\Roaming`, LOCALAPPDATA: 'relative' }, home)];
  expect(plain.config()).toBe(String.raw`C:\Users\Ann\AppData\Roaming\ottokit-tiktok\Config`);
  expect(plain.data()).toBe(String.raw`C:\Users\Ann\AppData\Local\ottokit-tiktok\Data`);
  expect(moved.config()).toBe(String.raw`D:\Roaming\ottokit-tiktok\Config`);
  expect(moved.data()).toBe(plain.data());
});

test('absolute XDG variables are used; empty or relative ones are ignored', () => {
  const given = on({ XDG_CONFIG_HOME: '/etc/ann', XDG_DATA_HOME: '/var/ann' });
  expect([given.config(), given.data()]).toEqual(['/etc/ann/ottokit-tiktok', '/var/ann/ottokit-tiktok']);
  for (const value of ['', '.', 'config', './config', '../config']) {
    const ignored = on({ XDG_CONFIG_HOME: value, XDG_DATA_HOME: value });
    expect(ignored.config()).toBe('/home/ann/.config/ottokit-tiktok');
    expect(ignored.data()).toBe('/home/ann/.local/share/ottokit-tiktok');
  }
});

describe('a path that only a shell can expand or unquote', () => {
  test.each(['~', '~/x', '~ann/x', '$HOME/x', '${HOME}/x', '%APPDATA%\\x', '"/data"', "'/data'"])(
    'is refused: %s',
    (value) => {
      for (const variable of ['HOME', 'XDG_CONFIG_HOME', 'OTTOKIT_TIKTOK_CONFIG_DIR'])
        expect(
          refusal(() => on({ [variable]: value }).config()),
          variable,
        ).toContain(`${variable} is “${value}”`);
      expect(refusal(() => on({ XDG_DATA_HOME: value }).data())).toContain('XDG_DATA_HOME');
    },
  );
});

test.each(['home', '.', '../ann', './x'])('a relative home (%s) is refused', (HOME) => {
  expect(on({ HOME }).home()).toBe('');
  expect(refusal(() => on({ HOME }).config())).toContain('not an absolute path');
  expect(refusal(() => on({ HOME }).data())).toContain('not an absolute path');
});

test('without a home directory, only the paths below it fail, and OTTOKIT_TIKTOK_CONFIG_DIR still works', () => {
  const homeless = { homeOfUser: nowhere };
  const bare = on({}, homeless);
  expect(bare.home()).toBe('');
  for (const find of [bare.config, bare.data]) expect(refusal(find)).toContain('HOME isn’t set');
  expect(on({ OTTOKIT_TIKTOK_CONFIG_DIR: '/srv/store' }, homeless).config()).toBe('/srv/store');
  expect(on({ XDG_DATA_HOME: '/srv/keys' }, homeless).data()).toBe('/srv/keys/ottokit-tiktok');
});

test('OTTOKIT_TIKTOK_CONFIG_DIR may be relative to the working directory, if that still exists', () => {
  const env = { OTTOKIT_TIKTOK_CONFIG_DIR: 'store/../here' };
  expect(on(env, { workingDirectory: () => '/srv' }).config()).toBe('/srv/here');
  expect(refusal(() => on(env).config())).toContain('the working directory no longer exists');
  expect(on({ OTTOKIT_TIKTOK_CONFIG_DIR: '' }).config()).toBe('/home/ann/.config/ottokit-tiktok');
});
