// SPDX-License-Identifier: Apache-2.0
//
// Start: Trusted Types, language, theme, who sits here; then the shell.
import '$lib/tokens/tokens.css';
import '@fontsource-variable/noto-sans/wght.css';
import '$lib/ui/base.css';
import { mount } from 'svelte';
import App from '$app/App.svelte';
import { router, startRouter } from '$app/router.svelte';
import { loadScreen } from '$app/routes';
import { loadSchema } from '$app/schema.svelte';
import { askAhead, startSession, wasSignedIn } from '$app/session.svelte';
import { browserLanguage, preferredLanguage, useLanguage, wantWords } from '$lib/i18n/index.svelte';
import { applyTheme } from '$lib/state/prefs.svelte';

interface PolicyFactory {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): unknown;
}

// Workers are refused without a policy. Only our own built files pass.
const factory = (window as unknown as { trustedTypes?: PolicyFactory }).trustedTypes;
factory?.createPolicy('default', {
  createScriptURL(url) {
    const target = new URL(url, location.href);
    if (target.origin === location.origin && target.pathname.startsWith('/assets/')) return target.href;
    throw new TypeError(`refused script: ${target.href}`);
  },
});

applyTheme();
startSession();
startRouter();
askAhead();
// Who was signed in last time most likely still is: what the shell and the screen need comes together with the
// answer to that, not one after the other.
if (wasSignedIn()) {
  const asked = router.match?.route;
  wantWords('screens');
  void import('$app/Shell.svelte').catch(() => {}); // asked again, and told, by App
  if (asked) void loadScreen(asked.name).catch(() => {});
  void loadSchema().catch(() => {});
}
await useLanguage(preferredLanguage() ?? browserLanguage());
mount(App, { target: document.getElementById('app')! });
