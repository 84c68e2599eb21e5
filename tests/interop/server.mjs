// A stranger for `sign_in`: node-oidc-provider with the device grant and the login pages that it brings along. It takes
// a free port, prints its issuer and serves until it is killed. Its pages take any password of a known account.
//
// Pinned to 8.8, the last line that runs on the Node.js of Debian 12 (18).

import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';

const DEVICE_CODE = 'urn:ietf:params:oauth:grant-type:device_code';
const PEOPLE = { anna: { name: 'Anna Example', email: 'anna@example.test' } };

const device = (client) => ({
  grant_types: [DEVICE_CODE, 'refresh_token'],
  response_types: [],
  redirect_uris: [],
  ...client,
});

const configuration = () => ({
  clients: [
    device({
      client_id: 'tv',
      client_name: 'Television',
      token_endpoint_auth_method: 'none',
      id_token_signed_response_alg: 'RS256',
    }),
    device({
      client_id: 'box',
      client_name: 'Set-top box',
      // Form-encoding changes this one, so it proves that both sides mean the same by Basic (RFC 6749 section 2.3.1).
      client_secret: 'a+b: 100% "secret" of the box',
      token_endpoint_auth_method: 'client_secret_basic',
      id_token_signed_response_alg: 'ES256',
    }),
    // For the audit: a client that may not use the device grant.
    device({ client_id: 'lamp', grant_types: ['refresh_token'], token_endpoint_auth_method: 'none' }),
  ],
  features: {
    deviceFlow: { enabled: true },
    revocation: { enabled: true },
    // What a client may learn is the operator's to say: how its own tokens stand.
    introspection: {
      enabled: true,
      allowedPolicy: (ctx, client, token) =>
        client.clientAuthMethod !== 'none' && (!token.clientId || token.clientId === client.clientId),
    },
  },
  // The audit waits for the end of a code.
  ttl: { DeviceCode: 30 },
  // Devices stay signed in without asking for offline_access.
  issueRefreshToken: (ctx, client) => client.grantTypeAllowed('refresh_token'),
  claims: { openid: ['sub'], profile: ['name'], email: ['email'] },
  findAccount: (_, sub) => PEOPLE[sub] && { accountId: sub, claims: () => ({ sub, ...PEOPLE[sub] }) },
  cookies: { keys: ['not a secret: this server lives for one test'] },
  jwks: { keys: [key('rsa', { modulusLength: 2048 }), key('ec', { namedCurve: 'P-256' })] },
});

function key(type, options) {
  return generateKeyPairSync(type, options).privateKey.export({ format: 'jwk' });
}

// Its advice for production is not for a test; real errors still go to standard error.
console.info = console.warn = () => {};

const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  server.on('request', new Provider(issuer, configuration()).callback());
  process.stdout.write(`${issuer}\n`);
});
