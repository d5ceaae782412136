import { createServer } from 'node:http';
import { localRedirectUrl, readRedirectUrl } from '../../connection/redirect-url.ts';
import { isFailure } from '../../ground/errors.ts';
import { bindLoopback, closeAll } from '../../listener/bind.ts';
import { failedWith, inDetail, pass, warn, type Check } from '../check.ts';

/** Whether `connect` could listen for TikTok Shop's redirect, on 127.0.0.1 and ::1. */
export const port: Check = {
  id: 'port',
  title: 'Port',
  group: 'computer',
  whenLate: 'Check that no security software holds up connections within this computer, then try again.',
  async run({ io: { http, signal }, profile }) {
    const redirectUrl = (await profile()).profile?.app.redirectUrl;
    const local = redirectUrl !== undefined && readRedirectUrl(redirectUrl).kind === 'local';
    const address = new URL(local ? redirectUrl : localRedirectUrl);
    const number = address.port === '' ? 80 : Number(address.port);
    const binding = await bindLoopback(number, () => createServer());
    if (!isFailure(binding)) {
      await closeAll(binding.servers);
      return pass(`${String(number)} is free on this computer’s loopback addresses`);
    }
    // If a `connect` is waiting on the port, its page has the program's name in its title.
    const url = `http://127.0.0.1:${String(number)}/`;
    const answer = await http({ method: 'GET', url, timeout: 2_000, signal });
    if (answer.answered && /<title>[^<]*ottokit-tiktok<\/title>/u.test(answer.body))
      return pass(`${String(number)} is in use by \`connect\`, which is waiting there`);
    if (local) return failedWith(binding);
    return warn(`${inDetail(binding)} Only a local Redirect URL or a tunnel would use this port.`, binding.fix);
  },
};
