/** The escape sequences of ECMA-48: strings (OSC, DCS, PM, APC, SOS), control sequences (CSI) and short sequences. */
const escapeSequence =
  /(?:\u001b[\]PX^_]|[\u009d\u0090\u0098\u009e\u009f])[^\u0007\u001b\u0090\u0098\u009c-\u009f]*(?:\u0007|\u001b\\|\u009c)|(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|\u001b[ -/]*[0-~]/gu;

const separator = /\r\n|[\t\n\v\f\r\u0085\u2028\u2029]/gu;

/** Controls, invisible and direction-changing characters (general category Cf), lone surrogates, invisible fillers. */
const unsafe = /[\p{Cc}\p{Cf}\p{Cs}\u115f\u1160\u3164\uffa0]/gu;

/** Most text is only printable ASCII and can skip the three searches. */
const harmless = /^[ -~]*$/;

/** Returns one line that is safe to show. U+FFFD replaces characters that are invisible or change the direction. */
export function sanitizeForTerminal(text: string): string {
  if (harmless.test(text)) return text;
  return text.replace(escapeSequence, '').replace(separator, ' ').replace(unsafe, '\uFFFD');
}
