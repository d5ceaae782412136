import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyText } from '../any-text.ts';
import { escapeHtml } from '../../src/ground/html.ts';
import { contentSecurityPolicy, page, type PageContent } from '../../src/listener/pages.ts';

const hostile = `"><script>alert(1)</script><img src=x onerror='alert(2)'>\u001b[31m\u202eevil\u2066 &amp;`;

const contents: readonly PageContent[] = [
  { kind: 'connected', shops: [{ name: hostile, region: hostile }] },
  { kind: 'connected', shops: [] },
  { kind: 'denied' },
  { kind: 'failed', message: hostile, fix: `\`${hostile}\`` },
  { kind: 'refused', why: hostile },
  { kind: 'used' },
  { kind: 'waiting-ended' },
  { kind: 'not-here' },
];

const between = (html: string, open: string, close: string): string[] =>
  html
    .split(open)
    .slice(1)
    .map((part) => part.slice(0, part.indexOf(close)));

const hashed = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Each content with a name that is unique. */
const named = contents.map((content) => {
  const isEmpty = content.kind === 'connected' && content.shops.length === 0;
  return [isEmpty ? 'connected, without shops' : content.kind, content] as const;
});

test.each(named)('the policy of the page “%s” allows exactly its one style and its one script', (_, content) => {
  const html = page(content);
  const [style, ...styles] = between(html, '<style>', '</style>');
  const [script, ...scripts] = between(html, '<script>', '</script>');
  expect([styles, scripts]).toEqual([[], []]);
  expect(contentSecurityPolicy.split('; ')).toEqual([
    "default-src 'none'",
    `style-src ${hashed(style ?? '')}`,
    `script-src ${hashed(script ?? '')}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ]);
});

test.each(named)('the page “%s” shows external text as text and loads nothing', (_, content) => {
  const html = page(content);
  expect(html).not.toMatch(/<(img|link|iframe|object|embed|form|base|a)\b/i);
  // No attribute runs code, links or sets a style.
  for (const tag of html.match(/<[a-z][^>]*>/gi) ?? [])
    expect(tag).not.toMatch(/\s(on\w+|style|href|src|srcset|action)\s*=/i);
  expect(html).not.toMatch(/url\(|@import|https?:/);
  expect(html).not.toMatch(/[\u001b\u202e\u2066]/);
});

test.each(named)(
  'the page “%s” is English, has one landmark and one heading, and its title is the heading',
  (_, content) => {
    const html = page(content);
    expect(html).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(between(html, '<main', '</main>')).toHaveLength(1);
    const [heading = '', ...more] = between(html, '<h1>', '</h1>');
    expect(heading).not.toBe('');
    expect(more).toEqual([]);
    expect(html).toContain(`<title>${heading} · ottokit-tiktok</title>`);
    expect(between(html, '<p class="next">', '</p>')[0]).toMatch(
      /^You can close this window and go back to the terminal\./,
    );
  },
);

test('every kind of page has its own heading', () => {
  const headings = contents.map((content) => between(page(content), '<h1>', '</h1>')[0]);
  expect(new Set(headings).size).toBe(contents.length - 1);
});

test.each([
  ['connected', 'good', 'The authorization is stored on your computer.'],
  ['denied', 'bad', 'Nothing was connected.'],
  ['failed', 'bad', 'alert(1)'],
  ['refused', 'bad', 'Nothing changed.'],
  ['used', 'plain', 'An authorization code works only once.'],
  ['waiting-ended', 'plain', 'this page can’t show the result.'],
  ['not-here', 'plain', 'change it so that both are exactly the same.'],
] as const)('the page “%s” has the tone “%s” and says “%s”', (kind, tone, words) => {
  const [html = ''] = contents.filter((content) => content.kind === kind).map((content) => page(content));
  expect(html).toContain(`<main class="${tone}">`);
  expect(html).toContain(words);
});

test('every shop is shown with its region, each in its own text direction', () => {
  const html = page({
    kind: 'connected',
    shops: [
      { name: 'Blue Lamp', region: 'GB' },
      { name: 'متجر المصباح', region: 'SA' },
    ],
  });
  expect(between(html, '<bdi>', '</bdi>')).toEqual(['Blue Lamp', 'GB', 'متجر المصباح', 'SA']);
});

test('without shops, there is no empty list', () => {
  expect(page({ kind: 'connected', shops: [] })).not.toContain('<ul');
});

test('of many shops, the first twelve are named and the rest are counted', () => {
  const shops = Array.from({ length: 15 }, (_, n) => ({ name: `Shop ${String(n + 1)}.`, region: 'US' }));
  const html = page({ kind: 'connected', shops });
  expect(html).toContain('Shop 12.');
  expect(html).not.toContain('Shop 13.');
  expect(html).toContain('and 3 more.');
  expect(page({ kind: 'connected', shops: shops.slice(0, 12) })).not.toContain('more.');
});

test('a failure says what happened and what to do, with its commands set apart', () => {
  const html = page({
    kind: 'failed',
    message: 'The code is too old.',
    fix: 'Run `ottokit-tiktok connect` again.',
  });
  expect(html).toContain('The code is too old.');
  expect(html).toContain('Run <code>ottokit-tiktok connect</code> again.');
});

test('the reason for a refusal reads as a sentence', () => {
  expect(page({ kind: 'refused', why: 'its state is another one.' })).toContain('<p dir="auto">Its state is another');
});

test('the page for a wrong path suggests comparing the Redirect URL', () => {
  expect(page({ kind: 'not-here' })).toContain('Redirect URL');
});

test(
  'escaped text never contains markup, control or direction characters, and is never too long',
  { tags: 'repetitive' },
  () => {
    fc.assert(
      fc.property(anyText({ maxLength: 300 }), (text) => {
        const shown = escapeHtml(text, 100);
        expect(shown).not.toMatch(/[<>"'\p{Cc}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u);
        expect(shown.replaceAll(/&(amp|lt|gt|quot|#39);/g, '')).not.toContain('&');
        expect(Array.from(shown.replaceAll(/&(amp|lt|gt|quot|#39);/g, '.')).length).toBeLessThanOrEqual(100);
      }),
    );
  },
);

test.each([
  ['Blue Lamp', 'Blue Lamp'],
  ['  two\n lines\t', 'two lines'],
  ['a\u0000b\u200bc\ufeffd\u00ade', 'abcde'],
  ['half \ud83d', 'half'],
  ['👩‍👩‍👧 می‌خواهم', '👩‍👩‍👧 می‌خواهم'],
  ['<&>"\'', '&lt;&amp;&gt;&quot;&#39;'],
  ['😀😀😀😀😀😀', '😀😀😀😀…'],
  ['😀😀😀😀😀', '😀😀😀😀😀'],
])('escaping turns %j into %j', (text, shown) => {
  expect(escapeHtml(text, text.startsWith('😀') ? 5 : 30)).toBe(shown);
});

test('the shops are a list with nothing between them, and without shops there is no list', () => {
  const bodyOf = (names: readonly string[]): string =>
    page({ kind: 'connected', shops: names.map((name) => ({ name, region: 'GB' })) });
  const stored = '<p>The authorization is stored on your computer.</p>';
  const item = (name: string): string => `<li><bdi>${name}</bdi> <span><bdi>GB</bdi></span></li>`;

  expect(bodyOf([])).not.toContain('<li>');
  expect(bodyOf(['A', 'B'])).toContain(`${stored}<ul role="list">${item('A')}${item('B')}</ul>`);
  const [rest = ''] = bodyOf(['A', 'B']).split('</ul>').slice(1);
  const [restOfNone = ''] = bodyOf([]).split(stored).slice(1);
  expect(rest).toBe(restOfNone);
});
