import { createHash } from 'node:crypto';

const style = `
:root{color-scheme:light dark;--ground:#f4f4f2;--card:#fff;--edge:#dcdcd8;--ink:#1d1d1f;--soft:#56565c;--good:#17703a;--bad:#b3261e;--plain:#3f5573}
@media (prefers-color-scheme:dark){:root{--ground:#131315;--card:#1d1d20;--edge:#35353a;--ink:#ededf0;--soft:#b0b0b8;--good:#62c98a;--bad:#ff9a91;--plain:#a9c0e0}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;min-height:100dvh;display:grid;place-items:center;padding:1rem;background:var(--ground);color:var(--ink);font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;-webkit-text-size-adjust:100%}
main{width:100%;max-width:33rem;padding:2rem;background:var(--card);border:1px solid var(--edge);border-radius:14px;overflow-wrap:anywhere}
svg{display:block;width:3rem;height:3rem;margin-bottom:1.25rem;fill:none;stroke:currentColor;stroke-width:3;stroke-linecap:round;stroke-linejoin:round}
.good svg{color:var(--good)}.bad svg{color:var(--bad)}.plain svg{color:var(--plain)}
h1{margin:0 0 .75rem;font-size:1.5rem;line-height:1.25;font-weight:650;text-wrap:balance}
h2{margin:0 0 .5rem;font-size:1rem}
p{margin:0 0 .75rem}
ul{margin:0 0 1rem;padding:0;list-style:none;border:1px solid var(--edge);border-radius:10px}
li{display:flex;justify-content:space-between;align-items:baseline;gap:1rem;padding:.6rem .9rem}
li+li{border-top:1px solid var(--edge)}
li span{flex:none;max-width:40%;color:var(--soft)}
code{padding:.1em .35em;border-radius:5px;background:var(--ground);font:.92em ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
.next{margin:1.25rem 0 0;padding-top:1.25rem;border-top:1px solid var(--edge);font-weight:600;text-wrap:pretty}
.notice{padding:.6rem .9rem;border:2px dashed var(--plain);border-radius:10px}
form{display:flex;flex-wrap:wrap;gap:.75rem;margin:1.25rem 0}
button{flex:1 1 10rem;padding:.75rem;border:1px solid var(--plain);border-radius:10px;background:none;color:var(--ink);font:inherit;font-weight:600;cursor:pointer}
.first{background:var(--plain);color:var(--card)}
:focus-visible{outline:3px solid var(--plain);outline-offset:3px}
@media (max-width:30rem){body{place-items:start center}main{padding:1.5rem 1.25rem}}
`;

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** A `Content-Security-Policy` for `htmlPage` that allows only its own style, this script and these form targets. */
export function pagePolicy({ script, formAction = "'none'" }: { script?: string; formAction?: string }): string {
  const scripts = script === undefined ? '' : ` script-src ${hashOf(script)};`;
  return `default-src 'none'; style-src ${hashOf(style)};${scripts} base-uri 'none'; form-action ${formAction}; frame-ancestors 'none'`;
}

/** Returns a complete document that loads no other files. `body` is HTML; escape external text in it first. */
export function htmlPage({ title, script, body }: { title: string; script?: string; body: string }): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${title}</title>
${script === undefined ? '' : `<script>${script}</script>`}
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<style>${style}</style>
</head>
<body>
${body}
</body>
</html>
`;
}

/** Controls, direction marks, other invisible characters and unpaired surrogates. */
const invisible =
  /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Also removes invisible characters, except joiners, which Persian and emoji need. Truncates to `limit` characters. */
export function escapeHtml(text: string, limit = 1000): string {
  const spaced = text.replace(/[^\S\ufeff]+/gu, ' ');
  const visible = Array.from(spaced.replace(invisible, '').trim());
  const short = visible.length > limit ? [...visible.slice(0, limit - 1), '…'] : visible;
  return short.map((character) => entities[character] ?? character).join('');
}
