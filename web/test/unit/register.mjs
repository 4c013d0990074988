// SPDX-License-Identifier: Apache-2.0
//
// Lets node:test load the application's TypeScript: types are taken out by the TypeScript compiler, $lib is resolved.
import { register } from 'node:module';

register('./loader.mjs', import.meta.url);
