// SPDX-License-Identifier: Apache-2.0
//
// Makes the picture of the README from the real program: a demonstration nation, the worst site taken out, the
// simulation at its end. Start `holdfast serve` on the demonstration nation first, with an account.
//
//   node tools/screenshot.mjs URL USER PASSWORD PATH OUT.png
import { createRequire } from 'node:module';

const require = createRequire(new URL('../web/package.json', import.meta.url));
const { chromium } = require('playwright-core');

const [url, user, password, path, out] = process.argv.slice(2);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || '/usr/bin/chromium-headless-shell',
  args: ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--disable-background-networking'],
});
try {
  const page = await browser.newPage({ viewport: { width: 1360, height: 850 }, colorScheme: 'light', locale: 'en' });
  const signedIn = await page.request.post(`${url}/api/v1/session`, { data: { name: user, password } });
  if (!signedIn.ok()) throw new Error(`sign-in: ${signedIn.status()}`);
  await page.goto(url + path, { waitUntil: 'load' });
  await page.waitForTimeout(Number(process.env.SETTLE_MS || 4000));
  await page.screenshot({ path: out });
} finally {
  await browser.close();
}
