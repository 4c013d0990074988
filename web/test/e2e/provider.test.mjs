// SPDX-License-Identifier: Apache-2.0
//
// Signing in at a real provider of identities (oidc-provider, certified for OpenID Connect), started here on loopback: an
// account made at the first sign-in, an own account linked, a refusal at the provider, and an answer that somebody else was
// led to.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { axe, launch, missing, password, resize, settled, signIn, startServer, tooWide, watchedPage } from './harness.mjs';

const people = {
  nora: { name: 'Nora of the Grid', groups: ['ops', 'others'] },
  ada: { name: 'Ada at the State', groups: [] },
};
let browser, server, provider, origin;

async function startProvider() {
  const { Provider } = await import('oidc-provider');
  const http = createServer();
  await new Promise((resolve) => http.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${http.address().port}`;
  const keys = [generateKeyPairSync('rsa', { modulusLength: 2048 }), generateKeyPairSync('ec', { namedCurve: 'P-256' })];
  const oidc = new Provider(issuer, {
    clients: [{ client_id: 'holdfast', client_secret: 'a secret of the test', redirect_uris: [`${origin}/sign-in/return`], token_endpoint_auth_method: 'client_secret_basic', id_token_signed_response_alg: 'ES256' }],
    jwks: { keys: keys.map(({ privateKey }, i) => ({ ...privateKey.export({ format: 'jwk' }), kid: `key-${i}`, use: 'sig' })) },
    cookies: { keys: ['of the test'] },
    claims: { openid: ['sub'], profile: ['name', 'preferred_username'], groups: ['groups'] },
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    enabledJWA: { idTokenSigningAlgValues: ['RS256', 'ES256'] },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, preferred_username: id, ...people[id] }) }),
  });
  http.on('request', oidc.callback());
  return { issuer, close: () => new Promise((resolve) => (http.closeAllConnections(), http.close(resolve))) };
}

before(async () => {
  if (missing) return;
  browser = await launch();
  server = await startServer('1k');
  origin = server.url = server.url.replace('127.0.0.1', 'localhost');
  provider = await startProvider();
});
after(async () => {
  await browser?.close();
  await server?.stop();
  await provider?.close();
});

async function set(page, values) {
  const { csrf } = await (await page.request.get(`${origin}/api/v1/session`)).json();
  const answer = await page.request.patch(`${origin}/api/v1/settings`, { headers: { 'X-CSRF-Token': csrf, 'Content-Type': 'application/merge-patch+json' }, data: values });
  assert.equal(answer.status(), 200, await answer.text());
}

// The provider's own pages: who one is, and that Holdfast may know.
async function meet(page, name) {
  await page.waitForURL(`${provider.issuer}/**`);
  await page.locator('input[name=login]').fill(name);
  await page.locator('input[name=password]').fill('whatever it takes');
  await page.locator('button[type=submit]').click();
  await page.locator('button[type=submit]').click();
}

const watched = async () => {
  const it = await watchedPage(browser, server);
  it.allow(new RegExp(`^foreign request: ${provider.issuer}`), /127\.0\.0\.1/, /status of 40[0139]/, /fonts\.googleapis/);
  await it.context.route(/fonts\.googleapis/, (route) => route.abort()); // the provider's own pages want them
  return it;
};

test('somebody comes in by the provider, links an account, and is refused where it must be', { skip: missing }, async () => {
  const admin = await watched();
  await signIn(admin.page, server);
  await set(admin.page, {
    'identity.origin': origin, 'oidc.issuer': provider.issuer, 'oidc.client_id': 'holdfast', 'oidc.client_secret': 'a secret of the test',
    'oidc.label': 'State ID', 'oidc.scopes': 'openid profile groups', 'oidc.accounts': 'make', 'oidc.groups': 'ops = analyst',
  });
  await admin.page.goto(`${origin}/settings?tab=instance`);
  await settled(admin.page);
  assert.equal(await admin.page.locator('input[name="oidc.client_secret"]').inputValue(), '');
  assert.equal(await admin.page.locator('textarea[name="oidc.groups"]').inputValue(), 'ops = analyst');
  assert.deepEqual(await axe(admin.page), []);

  const one = await watched();
  const returns = [];
  one.page.on('request', (request) => request.url().includes('/sign-in/return?') && returns.push(request.url()));
  await one.page.goto(origin);
  await settled(one.page);
  assert.deepEqual(await axe(one.page), []);
  await one.page.getByRole('button', { name: 'Sign in with State ID' }).click();
  await meet(one.page, 'nora');
  await one.page.getByRole('heading', { level: 1, name: 'Today' }).waitFor();
  assert.ok(!one.page.url().includes('code='), one.page.url());
  const session = await (await one.page.request.get(`${origin}/api/v1/session`)).json();
  assert.equal(session.actor.name, 'nora');
  assert.equal(session.actor.display_name, 'Nora of the Grid');
  assert.ok(session.can.includes('edit') && !session.can.includes('users'), session.can.join());

  // What she came back with, in somebody else's browser: a link that leads to her account.
  const other = await watched();
  await other.page.goto(returns[0]);
  await other.page.getByText(/This browser did not ask for this sign-in/).waitFor();
  assert.deepEqual(await axe(other.page), []);
  assert.equal((await (await other.page.request.get(`${origin}/api/v1/session`)).json()).actor, null);

  // Says no at the provider.
  await other.page.getByRole('link', { name: 'Back to sign-in' }).click();
  await other.page.getByRole('button', { name: 'Sign in with State ID' }).click();
  await other.page.getByText(/cancel/i).last().click();
  await other.page.getByText(/The provider refused the sign-in/).waitFor();

  // An own account is linked, and its owner comes in by it from then on.
  await admin.page.goto(`${origin}/settings`);
  await settled(admin.page);
  await admin.page.getByText('This account is linked to no provider.').waitFor();
  await admin.page.getByRole('button', { name: 'Link to State ID' }).click();
  await admin.page.locator('input[name=link-password]').fill(password);
  assert.deepEqual(await axe(admin.page), []);
  await admin.page.locator('dialog[open]').getByRole('button', { name: 'Link to State ID' }).click();
  await meet(admin.page, 'ada');
  await admin.page.getByText('Your account is linked to the provider.').first().waitFor();
  await admin.page.getByRole('cell', { name: 'ada', exact: true }).waitFor();
  await resize(admin.page, 360);
  assert.ok((await tooWide(admin.page)) <= 0);
  await admin.page.context().clearCookies({ domain: 'localhost' });
  await admin.page.goto(origin);
  await admin.page.getByRole('button', { name: 'Sign in with State ID' }).click();
  await admin.page.getByRole('heading', { level: 1, name: 'Today' }).waitFor(); // the provider remembers her
  assert.equal((await (await admin.page.request.get(`${origin}/api/v1/session`)).json()).actor.name, 'ada');

  assert.deepEqual([...admin.faults, ...one.faults, ...other.faults], []);
  for (const each of [admin, one, other]) await each.close();
});
