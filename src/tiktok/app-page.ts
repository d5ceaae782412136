import { defined } from '../ground/defined.ts';
import { withoutInvisible } from './pasted-text.ts';

/** The values in the text of an app's page in Partner Center. */
export interface AppPage {
  readonly appKey?: string;
  /** Only if it was revealed on the page. */
  readonly appSecret?: string;
  readonly serviceId?: string;
  readonly redirectUrl?: string;
  readonly status?: 'draft' | 'published';
}

const longestPage = 200_000;

/**
 * Reads the copied text of an app's page (Ctrl-A, Ctrl-C), or any text with at least two of its values. Line breaks may
 * have become spaces. Returns `null` for any other text.
 */
export function readAppPage(pasted: string): AppPage | null {
  if (pasted.length > longestPage || !/\s/u.test(pasted.trim())) return null;
  const text = withoutInvisible(pasted).normalize('NFKC');
  const first = (...patterns: readonly RegExp[]): string | undefined =>
    patterns.map((pattern) => pattern.exec(text)?.[1]).find((found) => found !== undefined);
  const page = defined({
    appKey: first(/app[\s_-]*key["'\s:]*\b(6[0-9a-z]{12})\b/iu, /\b(6(?=[0-9a-z]{0,11}[a-z])[0-9a-z]{12})\b/u),
    appSecret: first(/app[\s_-]*secret["'\s:]*\b([0-9a-f]{40})\b/iu),
    serviceId: first(/\bid["'\s:]*\b(7\d{18})\b/iu, /\b(7\d{18})\b/u),
    redirectUrl: first(/redirect(?:ion)?[\s_-]*ur[li]s?["'\s:*]*(https?:\/\/[^\s"',;]+)/iu),
    status: statusIn(text),
  });
  return Object.keys(page).length < 2 ? null : page;
}

/** The first of the words that the page uses; “Publish” alone is a button. */
function statusIn(text: string): AppPage['status'] {
  const word = /\b(draft|unpublished|published)\b/iu.exec(text)?.[1]?.toLowerCase();
  if (word === undefined) return undefined;
  return word === 'published' ? 'published' : 'draft';
}
