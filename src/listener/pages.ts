import { escapeHtml } from '../ground/escape-html.ts';
import { framed, type Frame } from './page-frame.ts';

/** The contents of a page. Its texts may come from outside, so they are escaped, never used as markup. */
export type PageContent =
  /** The tokens are stored. */
  | { readonly kind: 'connected'; readonly shops: readonly { readonly name: string; readonly region: string }[] }
  /** The seller declined on TikTok Shop's page. */
  | { readonly kind: 'denied' }
  /** Approved, but a later step failed. `fix` may name commands in backticks. */
  | { readonly kind: 'failed'; readonly message: string; readonly fix: string }
  /** The address can't be used; the login keeps waiting. */
  | { readonly kind: 'refused'; readonly why: string }
  /** The answer was already received. */
  | { readonly kind: 'used' }
  /** The answer was received, but the program ended before it knew the result. */
  | { readonly kind: 'waiting-ended' }
  /** The request was for an address other than the one the listener waits for. */
  | { readonly kind: 'not-here' };

/** The page that the browser shows: a complete document, which works without scripts. Pure. */
export function page(content: PageContent): string {
  const { tone = 'plain', title, body, next = '' } = frameOf(content);
  return framed({ tone, title, body, next: `You can close this window and go back to the terminal.${next}` });
}

/** If omitted, the tone is `plain` and there is no next step. */
function frameOf(content: PageContent): Pick<Frame, 'title' | 'body'> & Partial<Frame> {
  switch (content.kind) {
    case 'connected':
      return {
        tone: 'good',
        title: 'TikTok Shop is connected',
        body: `<p>The authorization is stored on your computer.</p>${shopList(content.shops)}`,
        next: ' One step is left: connecting in OttoKit. The terminal shows you how.',
      };
    case 'denied':
      return {
        tone: 'bad',
        title: 'The app was not authorized',
        body: '<p>TikTok Shop reports that the authorization was declined or didn’t go through. Nothing was connected.</p>',
        next: ' You can try again from there.',
      };
    case 'failed':
      return {
        tone: 'bad',
        title: 'The shop could not be connected',
        body: `<p dir="auto">${escapeHtml(content.message)}</p><p dir="auto">${withCommands(content.fix)}</p>`,
      };
    case 'refused':
      return {
        tone: 'bad',
        title: 'This address was not accepted',
        body: `<p dir="auto">${escapeHtml(asSentence(content.why))}</p><p>Nothing changed. To continue, open the address that the terminal shows.</p>`,
      };
    case 'used':
      return {
        title: 'This authorization was already received',
        body: '<p>An authorization works only once. The terminal shows the result.</p>',
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

/** In the terminal, a reason follows a colon; here it is a separate sentence. */
const asSentence = (why: string): string => why.charAt(0).toUpperCase() + why.slice(1);

const listed = 12;

function shopList(shops: readonly { readonly name: string; readonly region: string }[]): string {
  if (shops.length === 0) return '';
  const items = shops
    .slice(0, listed)
    .map(
      ({ name, region }) =>
        `<li><bdi>${escapeHtml(name, 80)}</bdi> <span><bdi>${escapeHtml(region, 20)}</bdi></span></li>`,
    );
  const more = shops.length > listed ? `<p>and ${String(shops.length - listed)} more.</p>` : '';
  return `<ul role="list">${items.join('')}</ul>${more}`;
}

/** Escapes a text and marks up its commands, which are in backticks. */
function withCommands(fix: string): string {
  return escapeHtml(fix).replace(/`([^`]+)`/gu, '<code>$1</code>');
}
