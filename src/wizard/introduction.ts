import type { Say } from '../ground/io.ts';

/** The first screen of a first run: what this does, how long it takes, what to have ready (OttoKit's guide). */
export function introduce(say: Say, isDemo: boolean): void {
  say.line(
    'This connects your TikTok Shop to OttoKit. It takes about 10 minutes, or up to three days if TikTok reviews documents.',
  );
  say.line(
    'Have these ready: admin access to your TikTok Shop, its email address, an OttoKit account, and your shop’s region and category.',
  );
  if (!isDemo) say.line('You can press Ctrl-C at any time. Everything you’ve entered is kept.');
}
