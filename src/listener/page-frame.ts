import { createHash } from 'node:crypto';

/** A check mark, a cross or an “i” in a circle. The words say the same. */
export type Tone = 'good' | 'bad' | 'plain';

export interface Frame {
  readonly tone: Tone;
  /** The result, for the window's title and the heading. Plain text of our own. */
  readonly title: string;
  /** HTML. All external text in it went through `escapeHtml`. */
  readonly body: string;
  /** What the person should do next. Plain text of our own. */
  readonly next: string;
}

/**
 * Removes code and state from the address bar. The origin is included, because a path such as `//…` alone would name
 * another host.
 */
const script = `history.replaceState(null,'',location.origin+location.pathname)`;

const style = `
:root{color-scheme:light dark;--ground:#f4f4f2;--card:#fff;--edge:#dcdcd8;--ink:#1d1d1f;--soft:#56565c;--good:#17703a;--bad:#b3261e;--plain:#3f5573}
@media (prefers-color-scheme:dark){:root{--ground:#131315;--card:#1d1d20;--edge:#35353a;--ink:#ededf0;--soft:#b0b0b8;--good:#62c98a;--bad:#ff9a91;--plain:#a9c0e0}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;min-height:100dvh;display:grid;place-items:center;padding:1rem;background:var(--ground);color:var(--ink);font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;-webkit-text-size-adjust:100%}
main{width:100%;max-width:33rem;padding:2rem;background:var(--card);border:1px solid var(--edge);border-radius:14px;overflow-wrap:anywhere}
svg{display:block;width:3rem;height:3rem;margin-bottom:1.25rem;fill:none;stroke:currentColor;stroke-width:3;stroke-linecap:round;stroke-linejoin:round}
.good svg{color:var(--good)}.bad svg{color:var(--bad)}.plain svg{color:var(--plain)}
h1{margin:0 0 .75rem;font-size:1.5rem;line-height:1.25;font-weight:650;text-wrap:balance}
p{margin:0 0 .75rem}
ul{margin:0 0 1rem;padding:0;list-style:none;border:1px solid var(--edge);border-radius:10px}
li{display:flex;justify-content:space-between;gap:1rem;padding:.6rem .9rem}
li+li{border-top:1px solid var(--edge)}
li span{flex:none;max-width:40%;color:var(--soft)}
code{padding:.1em .35em;border-radius:5px;background:var(--ground);font:.92em ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
.next{margin:1.25rem 0 0;padding-top:1.25rem;border-top:1px solid var(--edge);font-weight:600;text-wrap:pretty}
@media (max-width:30rem){body{place-items:start center}main{padding:1.5rem 1.25rem}}
`;

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Allows only this style and this script; the page can't send requests. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  `style-src ${hashOf(style)}`,
  `script-src ${hashOf(script)}`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const glyphs: Readonly<Record<Tone, string>> = {
  good: '<path d="M15 24.5l6.2 6.2L33.5 18"/>',
  bad: '<path d="M17.5 17.5l13 13M30.5 17.5l-13 13"/>',
  plain: '<path d="M24 22.5V33M24 15.5v.1"/>',
};

/** A complete HTML document in the common design. */
export function framed({ tone, title, body, next }: Frame): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${title} · ottokit-tiktok</title>
<script>${script}</script>
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<style>${style}</style>
</head>
<body>
<main class="${tone}">
<svg viewBox="0 0 48 48" aria-hidden="true"><circle cx="24" cy="24" r="21"/>${glyphs[tone]}</svg>
<h1>${title}</h1>
${body}
<p class="next">${next}</p>
</main>
</body>
</html>
`;
}
