import { escapeHtml } from './escape-html.ts';
import { contentSecurityPolicy, framed, type Frame } from './page-frame.ts';

/** What a page tells. Everything in it may come from outside; it is shown as text, never as markup. */
export type PageContent =
  /** The tokens are stored. */
  | { readonly kind: 'connected'; readonly shops: readonly { readonly name: string; readonly region: string }[] }
  /** The seller declined on TikTok Shop's page. */
  | { readonly kind: 'denied' }
  /** Approved, but what came after failed. `fix` may name commands in backticks. */
  | { readonly kind: 'failed'; readonly message: string; readonly fix: string }
  /** The address cannot be taken; the login still waits. */
  | { readonly kind: 'refused'; readonly why: string }
  /** The answer was taken before. */
  | { readonly kind: 'used' }
  /** The answer was taken, and the program left before it could tell what came of it. */
  | { readonly kind: 'waiting-ended' }
  /** Another address than the one listened for. */
  | { readonly kind: 'not-here' };

export interface Page {
  /** A whole document; works without script. */
  readonly html: string;
  /** The `Content-Security-Policy` that lets its style and script through and nothing else. */
  readonly contentSecurityPolicy: string;
}

/** The page that the browser shows. Pure. */
export function page(content: PageContent): Page {
  return { html: framed(frameOf(content)), contentSecurityPolicy };
}

const backToTerminal = 'You can close this window and go back to the terminal.';

function frameOf(content: PageContent): Frame {
  switch (content.kind) {
    case 'connected':
      return {
        tone: 'good',
        title: 'TikTok Shop is connected',
        body: `<p>The authorization is stored on your computer.</p>${shopList(content.shops)}`,
        next: `${backToTerminal} One step is left, in OttoKit: it goes on there.`,
      };
    case 'denied':
      return {
        tone: 'bad',
        title: 'The app was not authorized',
        body: '<p>TikTok Shop says that the authorization was declined or did not come about. Nothing was connected.</p>',
        next: `${backToTerminal} You can try again there.`,
      };
    case 'failed':
      return {
        tone: 'bad',
        title: 'The shop could not be connected',
        body: `<p dir="auto">${escapeHtml(content.message)}</p><p dir="auto">${withCommands(content.fix)}</p>`,
        next: backToTerminal,
      };
    case 'refused':
      return {
        tone: 'bad',
        title: 'This address was not accepted',
        body: `<p dir="auto">${escapeHtml(asSentence(content.why))}</p><p>It changed nothing. While the terminal waits, the address to open is the one that it shows.</p>`,
        next: backToTerminal,
      };
    case 'used':
      return {
        tone: 'plain',
        title: 'This answer was already received',
        body: '<p>An authorization can be used once. What came of it stands in the terminal.</p>',
        next: backToTerminal,
      };
    case 'waiting-ended':
      return {
        tone: 'plain',
        title: 'The result is in the terminal',
        body: "<p>TikTok Shop's answer was received, but this page cannot tell what came of it.</p>",
        next: backToTerminal,
      };
    case 'not-here':
      return {
        tone: 'plain',
        title: 'There is nothing at this address',
        body: "<p>This computer waits at another address. If TikTok Shop sent you here, the app's Redirect URL in Partner Center is not the one that the terminal shows: make them equal, to the letter.</p>",
        next: backToTerminal,
      };
  }
}

/** A reason that goes on after a colon in the terminal stands alone here. */
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

/** What stands in backticks is a command. */
function withCommands(fix: string): string {
  return escapeHtml(fix).replace(/`([^`]+)`/gu, '<code>$1</code>');
}
