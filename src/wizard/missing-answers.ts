import { fail, type Failure } from '../ground/errors.ts';
import type { Draft } from './draft.ts';
import type { Answers } from './wizard-context.ts';

/** Without a terminal: one failure that names every flag whose answer is neither given nor stored, or undefined. */
export function missingAnswers(answers: Answers, { app }: Draft): Failure | undefined {
  const needed: readonly (readonly [unknown, string, string])[] = [
    [answers.region ?? app.region, '--region', 'us or row: where the shop is'],
    [
      answers.redirectUrl ?? app.redirectUrl ?? (answers.yes ? 'the default' : undefined),
      '--redirect-url',
      "the app's Redirect URL",
    ],
    [answers.appKey ?? app.appKey, '--app-key', "App Key, from the app page's Credentials"],
    [
      answers.appSecret ?? app.appSecret,
      '--app-secret-stdin',
      'App Secret, on stdin; or --app-secret-file, or OTTOKIT_TIKTOK_APP_SECRET',
    ],
    [answers.serviceId ?? app.serviceId, '--service-id', "Service ID, the 19-digit number under the app's name"],
  ];
  const missing = needed.filter(([answer]) => answer === undefined).map(([, flag, what]) => ({ flag, what }));
  return missing.length === 0 ? undefined : fail('missing-answers', { command: 'connect', missing });
}
