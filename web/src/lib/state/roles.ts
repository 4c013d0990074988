// SPDX-License-Identifier: Apache-2.0
//
// Which role may what, for people to read: the same table as in the server (usecase/access.c), which decides.

export const roles = ['administrator', 'analyst', 'observer'];
const keepers = ['administrator', 'analyst'];
export const rights: Record<string, string[]> = { read: roles, run: roles, edit: keepers, import: keepers, export: keepers, users: ['administrator'] };
