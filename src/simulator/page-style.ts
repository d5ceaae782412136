/** The pages' style sheet. It is included in each page, because the pages load nothing. */
export const pageStyle = `
:root{color-scheme:light dark;--ground:#f3f4f6;--card:#fff;--ink:#16181d;--soft:#555d6b;--line:#d9dde4;--notice:#fff4d6;--notice-ink:#5a4100;--notice-line:#e6c765;--accent:#1d4ed8;--accent-ink:#fff;--tick:#15803d}
@media (prefers-color-scheme:dark){:root{--ground:#101216;--card:#1a1d23;--ink:#eceef2;--soft:#a4acba;--line:#333842;--notice:#33290d;--notice-ink:#f6dd95;--notice-line:#6d5a1c;--accent:#8ab0ff;--accent-ink:#0b1530;--tick:#6ee7a0}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
.notice{background:var(--notice);color:var(--notice-ink);border-bottom:1px solid var(--notice-line);padding:.8rem 1.25rem;text-align:center;font-size:.95rem;text-wrap:balance}
.notice strong{display:block}
main{width:min(34rem,calc(100% - 2rem));margin:2rem auto;padding:1.75rem;background:var(--card);border:1px solid var(--line);border-radius:.9rem}
h1{margin:0 0 .5rem;font-size:1.4rem;line-height:1.25;text-wrap:balance}
h2{margin:1.6rem 0 .4rem;font-size:.95rem}
p{margin:.5rem 0;text-wrap:pretty}
.soft{color:var(--soft);font-size:.92rem}
ul,dl{margin:0;padding:0;list-style:none;border-top:1px solid var(--line)}
li,.row{display:flex;justify-content:space-between;align-items:baseline;gap:0 1rem;margin:0;padding:.55rem 0;border-bottom:1px solid var(--line);overflow-wrap:anywhere}
dt{color:var(--soft)}dd{margin:0}
code{font:.85rem/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
li .soft{flex:none}
li code{color:var(--soft);text-align:end}
.scope::before{content:"\\2713" / "";color:var(--tick);font-weight:700;margin-right:.6rem}
form{display:flex;flex-wrap:wrap;gap:.75rem;margin-top:1.6rem}
button{flex:1 1 10rem;min-height:3rem;padding:.6rem 1.2rem;border-radius:.6rem;cursor:pointer;font:inherit;font-weight:600;background:transparent;color:var(--ink);border:1px solid var(--soft)}
button.main{background:var(--accent);color:var(--accent-ink);border-color:var(--accent)}
button:hover{filter:brightness(1.08)}
:focus-visible{outline:3px solid var(--accent);outline-offset:3px}
@media (max-width:30rem){li:has(code){display:block}li code{display:block;padding-inline-start:1.45rem;text-align:start}main{width:100%;margin:0;border-width:0 0 1px;border-radius:0;padding:1.4rem 1.25rem}}
`;
