import { createServer } from 'node:http';
import { localRedirectUrl, readRedirectUrl } from '../../connection/redirect-url.ts';
import { bindLoopback } from '../../listener/bind.ts';
import { failedWith, inDetail, pass, warn, type Check, type Finding } from '../check.ts';
import type { Facts } from '../facts.ts';

/** Whether the answer of TikTok Shop could be listened for, on 127.0.0.1 and ::1. */
export const port: Check = {
  id: 'port',
  title: 'Port',
  group: 'computer',
  needsNetwork: false,
  whenLate: 'Run `ottokit-tiktok doctor port` again.',
  run: checkPort,
};

async function checkPort(facts: Facts): Promise<Finding> {
  const stored = await facts.profile();
  const redirectUrl = stored.state === 'known' ? stored.profile.app.redirectUrl : undefined;
  const local = redirectUrl === undefined || readRedirectUrl(redirectUrl).kind === 'local';
  const address = new URL(local ? (redirectUrl ?? localRedirectUrl) : localRedirectUrl);
  const number = address.port === '' ? 80 : Number(address.port);
  const binding = await bindLoopback(number, () => createServer());
  if (binding.ok) {
    await Promise.all(binding.servers.map((server) => new Promise((resolve) => server.close(resolve))));
    return pass(`${String(number)} is free on this computer's loopback addresses`);
  }
  if (local) return failedWith(binding.failure);
  return warn(`${inDetail(binding.failure)} Only a Redirect URL on this computer would need it.`, binding.failure.fix);
}
