import { refuseTokenCall, signedCall, tokens } from '../../src/simulator/endpoints.ts';
import { refuse, success, type Received, type Reply } from '../../src/simulator/server.ts';
import { demoRoutes, type Routes } from '../../src/simulator/simulator.ts';
import { apiFailure, authFailure, failures } from './failures.ts';
import type { SwitchedWorld } from './world.ts';

/** The demo's endpoints, and those that the demo never calls. */
export const routesOf = (world: SwitchedWorld): Routes =>
  new Map([
    ...demoRoutes,
    ['GET /api/v2/token/refresh', (request) => refreshTokens(request, world)],
    ['DELETE /authorization/202403/shops', (request) => deauthorizeShop(request, world)],
  ]);

/** `GET /api/v2/token/refresh`. Afterward, only the new refresh token is valid. */
function refreshTokens(request: Received, world: SwitchedWorld): Reply {
  const refused = refuseTokenCall(request, world, 'refresh_token', 'refresh_token');
  if (refused !== null) return refused;
  const grant = world.ledger.findByRefreshToken(request.query.get('refresh_token') ?? '');
  if (grant === null) return authFailure(failures['no-auth-record'], world.requestId());
  const isOver = grant.refreshExpiresAt <= world.now() / 1000 || world.scenario() === 'expired-refresh-token';
  return isOver ? authFailure(failures['refresh-token-expired'], world.requestId()) : tokens(grant, world);
}

/** `DELETE /authorization/202403/shops` (Deauthorize Shop). Deauthorizing the last shop ends the authorization. */
function deauthorizeShop(request: Received, world: SwitchedWorld): Reply {
  return signedCall(request, world, ['shop_cipher'], () => {
    const cipher = request.query.get('shop_cipher') ?? '';
    if (cipher === '') return apiFailure(failures['cipher-missing'], world.requestId());
    const grant = world.ledger.find(request.headers['x-tts-access-token'] ?? '');
    if (grant === undefined) return refuse('the access token isn’t valid');
    const left = grant.shops.filter((shop) => shop.cipher !== cipher);
    if (left.length === grant.shops.length) return refuse('shop_cipher doesn’t belong to an authorized shop');
    grant.shops = left;
    grant.revoked = left.length === 0;
    return success('Success', {}, world.requestId());
  });
}
