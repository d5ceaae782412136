import { defined } from '../ground/defined.ts';
import type { Failure } from '../ground/errors.ts';
import type { Profile } from '../store/model/profile.ts';
import type { ComputerFacts, DoctorInput, Facts } from './facts.ts';
import { profileFacts } from './find-facts.ts';
import { rateLimiter } from './rate-limit.ts';

/** The facts of one profile. An app that several profiles share is looked up once. */
export function factsByProfile(computer: ComputerFacts, { io: { clock } }: DoctorInput) {
  const http = rateLimiter(computer.io.http, clock);
  const apps = new Map<string, Facts['app']>();
  return (profile: Profile, notRefreshed?: Failure): Facts => {
    const { appKey = '', appSecret, region = '' } = profile.app;
    const key = [region, appKey, appSecret?.reveal()].join(' ');
    const io = { ...computer.io, http: http(appKey) };
    const facts = profileFacts({ ...computer, io }, () => Promise.resolve({ state: 'known', profile }));
    const app = apps.get(key) ?? facts.app;
    apps.set(key, app);
    return { ...facts, app, ...defined({ notRefreshed }) };
  };
}
