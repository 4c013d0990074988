// SPDX-License-Identifier: Apache-2.0
//
// Files of records, to the server and from it.
import { hooks, Problem, url } from './client';
import type { ProblemDoc } from './types';

// A file to its record. Only this old way of asking tells how much has gone out.
export function upload<T>(path: string, file: File, onProgress: (share: number) => void, signal?: AbortSignal): Promise<T> {
  const form = new FormData();
  form.append('file', file, file.name);
  return new Promise<T>((resolve, reject) => {
    const request = new XMLHttpRequest();
    const lost = () => {
      hooks.onReachable(false);
      reject(new Problem(0, { code: 'net.unreachable' }));
    };
    request.open('POST', url(path));
    request.responseType = 'json';
    request.setRequestHeader('Accept', 'application/json');
    if (hooks.csrf) request.setRequestHeader('X-CSRF-Token', hooks.csrf);
    request.upload.onprogress = (event) => onProgress(event.lengthComputable ? event.loaded / event.total : 0);
    request.onerror = lost;
    request.onabort = () => reject(new DOMException('stopped', 'AbortError'));
    request.onload = () => {
      hooks.onReachable(true);
      if (request.status < 300) return resolve(request.response as T);
      if (request.status === 401) hooks.onSignedOut();
      reject(new Problem(request.status, (request.response ?? {}) as ProblemDoc));
    };
    signal?.addEventListener('abort', () => request.abort());
    request.send(form);
  });
}

// Where the bytes of a file are: a download, never a page.
export const fileHref = (key: string): string => url(`/attachments/${encodeURIComponent(key)}/content`);
