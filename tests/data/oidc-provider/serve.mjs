// A provider of identities on loopback: oidc-provider with its own pages to sign in and consent, and one client.
// Its settings come as JSON on the command line; it writes its issuer once it listens.
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';

const { redirect, signedOut, client, secret, userinfo, method } = JSON.parse(process.argv[2]);

const key = (kind, options, kid, alg) => ({
  ...generateKeyPairSync(kind, options).privateKey.export({ format: 'jwk' }), kid, alg, use: 'sig',
});
const jwks = {
  keys: [
    key('rsa', { modulusLength: 2048 }, 'rsa-1', 'RS256'),
    key('ec', { namedCurve: 'P-256' }, 'ec-1', 'ES256'),
  ],
};

const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    jwks,
    clients: [{
      client_id: client,
      client_secret: secret,
      redirect_uris: [redirect],
      post_logout_redirect_uris: [signedOut],
      response_types: ['code'],
      grant_types: ['authorization_code'],
      token_endpoint_auth_method: method,
      ...(userinfo ? { userinfo_signed_response_alg: userinfo } : {}),
    }],
    pkce: { required: () => true },
    claims: { openid: ['sub', 'email', 'name'] },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({ sub: id, email: 'zinc@pole.example', name: 'A. Zinc' }),
    }),
    features: {
      devInteractions: { enabled: true },
      jwtUserinfo: { enabled: true },
      rpInitiatedLogout: { enabled: true },
    },
    cookies: { keys: ['of a test'] },
  });
  server.on('request', provider.callback());
  console.log(issuer);
});
