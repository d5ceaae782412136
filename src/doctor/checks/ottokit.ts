import { failed, notYet, pass, profileCheck } from '../check.ts';

const finish = 'Finish in OttoKit with `ottokit-tiktok connect`.';

/** Whether OttoKit is connected, according to the user, because there is no known public way to ask OttoKit. */
export const ottokit = profileCheck(
  { id: 'ottokit', title: 'OttoKit', group: 'ottokit' },
  ({ tokens, ottokit: answer }, { io }) => {
    if (tokens === undefined) return notYet('not connected yet');
    if (answer === undefined)
      return { status: 'skip', because: 'unknown: you haven’t said yet whether OttoKit is connected', next: finish };
    const when = dateInWords(answer.confirmedAt, io.clock.now());
    if (!answer.connected) return failed(`not connected (you reported this ${when})`, finish);
    return pass(`connected (you confirmed this ${when})`);
  },
);

/** A date before 1970 or in the future comes from a wrong clock. */
const dateInWords = (at: number, now: number): string =>
  at > 0 && at <= now ? `on ${new Date(at).toISOString().slice(0, 10)}` : 'on an unknown date';
