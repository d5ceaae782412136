/** Controls, direction marks, invisible characters and unpaired surrogates. */
const unseen =
  /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * Escapes external text for use between tags and in quoted attributes. White space becomes single spaces, invisible
 * characters are removed (except joiners, which Persian and emoji need), and text longer than `limit` ends in an
 * ellipsis.
 */
export function escapeHtml(text: string, limit = 1000): string {
  const seen = Array.from(
    text
      .replace(/[^\S\ufeff]+/gu, ' ')
      .replace(unseen, '')
      .trim(),
  );
  const short = seen.length > limit ? [...seen.slice(0, limit - 1), '…'] : seen;
  return short.map((character) => entities[character] ?? character).join('');
}
