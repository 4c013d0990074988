// SPDX-License-Identifier: Apache-2.0
//
// Which role may what, for people to read: the same table as in the server (usecase/access.c), which decides.

export const roles = ['administrator', 'authority', 'analyst', 'operator', 'observer', 'assessor', 'responder', 'auditor', 'service'];
// Accounts and the log are the whole nation's: these have no other scope (model/grant.c).
export const nationalRoles = ['administrator', 'auditor'];
const keepers = ['administrator', 'authority', 'analyst'];
const editors = [...keepers, 'operator'];
export const rights: Record<string, string[]> = {
  read: roles,
  run: [...editors, 'observer', 'responder'],
  edit: editors,
  import: [...editors, 'service'],
  export: [...keepers, 'assessor', 'service'],
  configure: ['administrator', 'authority'],
  audit: ['administrator', 'authority', 'auditor'],
  release: ['administrator', 'authority'],
  users: ['administrator'],
  assess: [...keepers, 'assessor'],
};
