import { escapeHtml, htmlPage, pagePolicy } from '../ground/html.ts';
import type { Shop } from '../ground/tokens-and-shops.ts';

type ListedShop = Pick<Shop, 'name' | 'region'>;

/** `page` escapes these texts, because they may come from outside. */
export type PageContent =
  /** The tokens are stored. `isFinished`: OttoKit is already connected, too. */
  | { readonly kind: 'connected'; readonly shops: readonly ListedShop[]; readonly isFinished?: boolean }
  /** Approved, but a later step failed. `fix` may name commands in backticks. */
  | { readonly kind: 'failed'; readonly message: string; readonly fix: string }
  /** The address can't be used; the login keeps waiting. */
  | { readonly kind: 'refused'; readonly why: string }
  /** `waiting-ended`: there is no result yet, or never will be. `not-here`: the request was for another address. */
  | { readonly kind: 'denied' | 'used' | 'waiting-ended' | 'not-here' };

/** Removes code and state from the address bar. The origin is needed because a path like `//…` names another host. */
const script = `history.replaceState(null,'',location.origin+location.pathname)`;

export const contentSecurityPolicy = pagePolicy({ script });

/** A check mark, a cross and an “i”. The title says the same in words. */
const glyphs = {
  good: '<path d="M15 24.5l6.2 6.2L33.5 18"/>',
  bad: '<path d="M17.5 17.5l13 13M30.5 17.5l-13 13"/>',
  plain: '<path d="M24 22.5V33M24 15.5v.1"/>',
};

/** Returns an HTML document that works without scripts. */
export function page(content: PageContent): string {
  const { tone = 'plain', title, body, next = '' } = partsOf(content);
  const main = `<main class="${tone}">
<svg viewBox="0 0 48 48" aria-hidden="true"><circle cx="24" cy="24" r="21"/>${glyphs[tone]}</svg>
<h1>${title}</h1>
${body}
<p class="next">You can close this window and go back to the terminal.${next}</p>
</main>`;
  return htmlPage({ title: `${title} · ottokit-tiktok`, script, body: main });
}

/** `title` and `next`, the next step, are plain text; `body` is HTML. */
function partsOf(content: PageContent): { tone?: keyof typeof glyphs; title: string; body: string; next?: string } {
  switch (content.kind) {
    case 'connected':
      return {
        tone: 'good',
        title: 'TikTok Shop is connected',
        body: `<p>The authorization is stored on your computer.</p>${shopList(content.shops)}`,
        next: content.isFinished ? '' : ' One step is left: connecting in OttoKit. The terminal shows you how.',
      };
    case 'denied':
      return {
        tone: 'bad',
        title: 'The app wasn’t authorized',
        body: '<p>TikTok Shop reports that the authorization was declined or didn’t go through. Nothing was connected.</p>',
        next: ' You can try again from there.',
      };
    case 'failed':
      return {
        tone: 'bad',
        title: 'The shop couldn’t be connected',
        body: `<p dir="auto">${escapeHtml(content.message)}</p><p dir="auto">${withCommands(content.fix)}</p>`,
      };
    case 'refused':
      return {
        tone: 'bad',
        title: 'This address wasn’t accepted',
        // In the terminal, a reason follows a colon; here it is a separate sentence.
        body: `<p dir="auto">${escapeHtml(content.why.charAt(0).toUpperCase() + content.why.slice(1))}</p><p>Nothing changed. To continue, open the address that the terminal shows.</p>`,
      };
    case 'used':
      return {
        title: 'This authorization was already received',
        body: '<p>An authorization code works only once. The terminal shows the result.</p>',
      };
    case 'waiting-ended':
      return {
        title: 'The result is in the terminal',
        body: '<p>TikTok Shop’s answer was received, but this page can’t show the result.</p>',
      };
    case 'not-here':
      return {
        title: 'There is nothing at this address',
        body: '<p>The program is waiting at another address. If TikTok Shop sent you here, the app’s Redirect URL in Partner Center differs from the one in the terminal: change it so that both are exactly the same.</p>',
      };
  }
}

/** Escapes text and marks up the commands in it, which are in backticks. */
const withCommands = (fix: string): string => escapeHtml(fix).replace(/`([^`]+)`/gu, '<code>$1</code>');

const maxListed = 12;

function shopList(shops: readonly ListedShop[]): string {
  if (shops.length === 0) return '';
  const item = ({ name, region }: ListedShop): string =>
    `<li><bdi>${escapeHtml(name, 80)}</bdi> <span><bdi>${escapeHtml(region, 20)}</bdi></span></li>`;
  const more = shops.length > maxListed ? `<p>and ${String(shops.length - maxListed)} more.</p>` : '';
  return `<ul role="list">${shops.slice(0, maxListed).map(item).join('')}</ul>${more}`;
}
