// SPDX-License-Identifier: Apache-2.0
//
// A file of the server, saved as the browser saves what is downloaded. Fetched first, so that a refusal is a problem
// that the page can tell, and not a broken download.
import { send, type RequestOptions } from './client';

const nameIn = (disposition: string | null): string => /filename="([^"]+)"/.exec(disposition ?? '')?.[1] ?? 'holdfast';

export async function download(method: 'GET' | 'POST', path: string, query?: RequestOptions['query']): Promise<void> {
  const response = await send(method, path, undefined, { query, headers: { Accept: '*/*' } });
  const link = document.createElement('a');
  link.href = URL.createObjectURL(await response.blob());
  link.download = nameIn(response.headers.get('Content-Disposition'));
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
