// SPDX-License-Identifier: Apache-2.0
declare module 'virtual:catalog/*' {
  const catalog: Record<string, import('$lib/i18n/format').Message>;
  export default catalog;
}
declare module '@fontsource-variable/*';
declare module '*?outline' {
  const path: string;
  export default path;
}
