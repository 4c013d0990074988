// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import ts from 'typescript';

const source = fileURLToPath(new URL('../../src/', import.meta.url));

export async function resolve(specifier, context, next) {
  let wanted = specifier;
  if (wanted.startsWith('$lib/')) wanted = pathToFileURL(`${source}lib/${wanted.slice(5)}`).href;
  if (wanted.startsWith('.') || wanted.startsWith('file:')) {
    const url = new URL(wanted, context.parentURL);
    if (!existsSync(fileURLToPath(url)) && existsSync(`${fileURLToPath(url)}.ts`)) return { url: `${url.href}.ts`, shortCircuit: true };
    wanted = url.href;
  }
  return next(wanted, context);
}

export async function load(url, context, next) {
  if (!url.endsWith('.ts')) return next(url, context);
  const { outputText } = ts.transpileModule(readFileSync(fileURLToPath(url), 'utf8'), {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022, verbatimModuleSyntax: true },
  });
  return { format: 'module', source: outputText, shortCircuit: true };
}
