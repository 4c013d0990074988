// SPDX-License-Identifier: Apache-2.0
//
// Passkeys as a person makes and uses them, with the browser's own virtual authenticator: what it signs and how the
// browser wraps it is the browser's, nothing here is made up.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { axe, launch, missing, password, settled, signIn, startServer, watchedPage } from './harness.mjs';

let browser, server;
before(async () => {
  if (missing) return;
  browser = await launch();
  server = await startServer('1k');
  server.url = server.url.replace('127.0.0.1', 'localhost'); // browsers make passkeys for names, not for addresses
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

// The keys of a phone in hand: it verifies its owner, and holds passkeys that need no name.
async function authenticator(page, options = {}) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true, ...options },
  });
  return { cdp, authenticatorId };
}

async function add(page, name) {
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.locator('input[name=passkey-name]').fill(name);
  await page.locator('input[name=passkey-password]').fill(password);
  assert.deepEqual(await axe(page), []);
  await page.getByRole('button', { name: 'Make it' }).click();
}

test('a passkey is made, lets in alone, stands in for the second factor, and is removed', { skip: missing }, async () => {
  const { page, faults, allow, close } = await watchedPage(browser, server);
  allow(/status of 40[19]/);
  await signIn(page, server);
  await page.goto(`${server.url}/settings`);
  await settled(page);
  await page.getByText(/Passkeys do not work here yet/).waitFor();
  const origin = await page.evaluate(() => location.origin);
  await page.request.patch('/api/v1/settings', {
    headers: { 'X-CSRF-Token': (await (await page.request.get('/api/v1/session')).json()).csrf, 'Content-Type': 'application/merge-patch+json' },
    data: { 'identity.origin': origin },
  });
  const { cdp, authenticatorId } = await authenticator(page);
  await page.reload();
  await settled(page);
  await add(page, 'Work phone');
  await page.getByText(/Keep these recovery codes/).waitFor();
  assert.equal(await page.locator('.codes li').count(), 10);
  assert.deepEqual(await axe(page), []);
  await page.getByRole('button', { name: 'I have kept them' }).click();
  await page.getByRole('cell', { name: 'Work phone', exact: true }).waitFor();
  const { credentials } = await cdp.send('WebAuthn.getCredentials', { authenticatorId });
  assert.equal(credentials.length, 1);
  assert.equal(credentials[0].rpId, 'localhost');
  assert.ok(credentials[0].isResidentCredential);

  // The same device makes no second one for this account.
  await add(page, 'Again');
  await page.getByText(/The browser made no passkey/).waitFor();
  await page.getByRole('button', { name: 'Cancel' }).click();

  await page.context().clearCookies();
  await page.goto(server.url);
  await page.locator('input[name=username]').fill('ada');
  await page.locator('input[name=password]').fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByText(/For this account the password alone is not enough/).waitFor();
  assert.deepEqual(await axe(page), []);
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await page.getByRole('heading', { level: 1, name: 'Today' }).waitFor();
  const counted = (await cdp.send('WebAuthn.getCredentials', { authenticatorId })).credentials[0].signCount;
  assert.ok(counted >= 1);

  // A copy of it that has counted less.
  await page.context().clearCookies();
  await cdp.send('WebAuthn.removeCredential', { authenticatorId, credentialId: credentials[0].credentialId });
  await cdp.send('WebAuthn.addCredential', { authenticatorId, credential: { ...credentials[0], signCount: 0 } });
  await page.goto(server.url);
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await page.getByText(/Somebody may have a copy of this passkey/).waitFor();
  await cdp.send('WebAuthn.removeCredential', { authenticatorId, credentialId: credentials[0].credentialId });
  await cdp.send('WebAuthn.addCredential', { authenticatorId, credential: { ...credentials[0], signCount: counted + 5 } });
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await page.getByRole('heading', { level: 1, name: 'Today' }).waitFor();

  await page.goto(`${server.url}/settings`);
  await settled(page);
  await page.getByRole('button', { name: 'Remove the passkey Work phone' }).click();
  await page.locator('dialog[open] input[name=passkey-password]').fill(password);
  assert.deepEqual(await axe(page), []);
  await page.locator('dialog[open]').getByRole('button', { name: 'Remove', exact: true }).click();
  await page.getByText('This account has no passkey.').waitFor();
  await page.context().clearCookies();
  await page.goto(server.url);
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await page.getByText(/This passkey is not registered here/).waitFor();
  assert.deepEqual(faults, []);
  await close();
});
