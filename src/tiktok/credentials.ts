import { defined } from '../ground/defined.ts';
import { Secret } from '../ground/secret.ts';
import { counted } from '../ground/words.ts';
import { looksLikeAddress, readAppLink } from './app-page.ts';
import { credentialNames, isMask, printedSamples, shapes, whereIs, type CredentialName } from './credential-shapes.ts';
import { readPastedValue, tokenPrefix } from './pasted-text.ts';
import type { Region } from '../ground/regions.ts';

/** `authorizationHost`: the host of the authorization link that contained the Service ID. */
export type Usable = { readonly value: string; readonly authorizationHost?: string } & (
  { readonly verdict: 'accepted' } | { readonly verdict: 'unusual'; readonly warning: string }
);

/** The user can keep an `unusual` value, but not a `refused` one. The sentences never repeat the value. */
export type Verdict = Usable | { readonly verdict: 'refused'; readonly why: string };

export interface Known {
  readonly region?: Region;
  readonly appKey?: string;
  readonly appSecret?: Secret;
  readonly serviceId?: string;
}

export const valueOf = (verdict: Verdict): string | undefined =>
  verdict.verdict === 'refused' ? undefined : verdict.value;

/** Returns the value in plain text, even the App Secret. */
export function valueIn(known: Known, name: CredentialName): string | undefined {
  const value = known[shapes[name].key];
  return value instanceof Secret ? value.reveal() : value;
}

/** Also accepts the app's link or page address for the Service ID. Refuses only values that are definitely wrong. */
export function readCredential(name: CredentialName, pasted: string, known: Known): Verdict {
  if (pasted.length > 8192) return refused(tooLong(name, pasted.length));
  const { value, labeled, several } = readPastedValue(pasted);
  if (looksLikeAddress(value)) {
    const link = readAppLink(name, value, known.region);
    if (typeof link === 'string') return refused(link);
    const verdict = judge(name, readPastedValue(link.serviceId).value, known);
    return { ...verdict, ...defined({ authorizationHost: link.authorizationHost }) };
  }
  if (several) return refused(`This is more than one value. Paste only one: ${whereIs(name)}.`);
  const verdict = judge(name, value, known);
  const mislabeled = verdict.verdict === 'unusual' && labeled !== undefined && labeled !== name;
  return mislabeled ? refused(otherCredential(name, labeled)) : verdict;
}

function judge(name: CredentialName, value: string, known: Known): Verdict {
  const { title, usual, usually } = shapes[name];
  if (value === '') return refused(`This is empty; ${whereIs(name)}.`);
  if (/\p{Cc}/u.test(value)) return refused(`It contains control characters; copy the ${title} again.`);
  if (value.length > 512) return refused(tooLong(name, value.length));
  const sample = printedSamples.get(value.toLowerCase());
  if (sample !== undefined) return refused(`This is ${sample}, not a value of your app; ${whereIs(name)}.`);
  const other = whichOther(name, value, known);
  if (other !== undefined) return refused(otherCredential(name, other));
  if (isMask(name, value))
    return refused(`This is the ${title} with masked characters; reveal it or use its copy button.`);
  if (tokenPrefix.test(value))
    return refused(`This is an authorization code, a token or a shop cipher; ${whereIs(name)}.`);
  if (name === 'service-id' && isRounded(value)) return { verdict: 'unusual', value, warning: roundedWarning };
  if (usual.test(value)) return { verdict: 'accepted', value };
  const warning = `${usually}. This value looks different (${counted(value.length, 'character')}).`;
  return { verdict: 'unusual', value, warning };
}

const roundedWarning =
  'Spreadsheets round numbers this long, and this looks like a rounded one. Copy the Service ID from the app’s page.';

/** Spreadsheets keep 15 digits and add zeros or an exponent. One real Service ID in a thousand looks like that too. */
const isRounded = (value: string): boolean =>
  /^\d+[.,]?\d*e\+?\d+$/i.test(value) || (/^\d{16,}$/.test(value) && String(Number(value)) === value);

/** Returns the other credential that has this value or, if none does, this format. */
function whichOther(name: CredentialName, value: string, known: Known): CredentialName | undefined {
  const others = credentialNames.filter((other) => other !== name);
  const entered = others.find((other) => valueIn(known, other) === value);
  return entered ?? others.find((other) => new RegExp(shapes[other].usual, 'i').test(value));
}

const otherCredential = (name: CredentialName, other: CredentialName): string =>
  `This is your ${shapes[other].title}; ${whereIs(name)}.`;

const tooLong = (name: CredentialName, length: number): string =>
  `This is ${counted(length, 'character')} long, far too long; ${whereIs(name)}.`;

const refused = (why: string): Verdict => ({ verdict: 'refused', why });
