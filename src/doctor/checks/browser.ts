import { captureWindows } from '../../browser/windows.ts';
import { canShowPages, isBrowserOff } from '../../ground/env.ts';
import { proxyRules } from '../../network/proxy.ts';
import { pass, warn, type Check } from '../check.ts';

/** Whether the authorization page can be opened from here. Without a browser, the user can still paste an address. */
export const browser: Check = {
  id: 'browser',
  title: 'Browser',
  group: 'computer',
  whenLate: 'To authorize from here, run `ottokit-tiktok connect --capture paste`, which needs no browser here.',
  async run({ io }) {
    const { env, host } = io;
    const found = await captureWindows(io, proxyRules(env)).find();
    if ('browser' in found)
      return pass(`${found.browser.name} (${found.browser.path}), which can open a separate window`);
    const noWindow = found.why.replace(/\.$/, '');
    if (env['BROWSER'] && !isBrowserOff(env)) return pass(`the one in BROWSER, which wasn’t tried; ${noWindow}`);
    if (canShowPages(env, host.platform)) return pass(`the system’s default, which wasn’t tried; ${noWindow}`);
    return warn(
      'no browser can be opened here',
      'To authorize from here, run `ottokit-tiktok connect --capture paste`: open the address it prints in a browser on any computer, then paste the address you end up at.',
    );
  },
};
