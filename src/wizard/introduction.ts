import type { Say } from '../ground/io.ts';

/** The first screen of a first run: what this does, how long it takes, what to have ready (OttoKit's guide). */
export function introduce(say: Say): void {
  say.line(
    'This connects your TikTok Shop to OttoKit. It takes about 10 minutes, or up to three days if TikTok reviews documents.',
  );
  say.line(
    'Have ready: admin access to your TikTok Shop and its email address, an OttoKit account, and your shop’s region and category.',
  );
  say.line('Ctrl-C is safe at any time: everything you’ve entered is kept.');
}
