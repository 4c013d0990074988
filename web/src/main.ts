// SPDX-License-Identifier: Apache-2.0
//
// Start: Trusted Types, language, theme, who sits here; then the shell.
import '$lib/tokens/tokens.css';
import '@fontsource-variable/noto-sans/wght.css';
import '$lib/ui/base.css';
import { mount } from 'svelte';
import App from '$app/App.svelte';
import { startRouter } from '$app/router.svelte';
import { startSession } from '$app/session.svelte';
import { browserLanguage, preferredLanguage, useLanguage } from '$lib/i18n/index.svelte';
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
await useLanguage(preferredLanguage() ?? browserLanguage());
mount(App, { target: document.getElementById('app')! });
