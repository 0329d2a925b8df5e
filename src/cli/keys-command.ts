import { InvalidArgumentError } from 'commander';
import { createApiKey } from '../auth/api-keys.ts';
import { API_KEY_NAME, SCOPES, type Scope } from '../config.ts';
import { formatTable, type Output } from './output.ts';

/** @throws InvalidArgumentError, which commander tells as bad usage */
export function parseKeyName(text: string): string {
  if (!API_KEY_NAME.test(text))
    throw new InvalidArgumentError('1 to 64 letters, digits, dots, dashes and underscores.');
  return text;
}

/** `contacts:read`, or several joined by commas or plus signs; adds to those given before. */
export function parseScopes(text: string, earlier: readonly Scope[] = []): readonly Scope[] {
  const given = text.split(/[,+]/).map((part) => part.trim());
  const scopes = given.map((name) => {
    const scope = SCOPES.find((known) => known === name);
    if (scope === undefined) throw new InvalidArgumentError(`The scopes are ${SCOPES.join(', ')}.`);
    return scope;
  });
  return [...new Set([...earlier, ...scopes])];
}

/** Shows a new key, this once, and the entry of API_KEYS by which the gateway knows it. Nothing is stored. */
export function showNewKey({ name, scopes, output }: { name: string; scopes: readonly Scope[]; output: Output }): void {
  const { key, setting } = createApiKey({ name, scopes });
  const table = formatTable(['Key', key], [['API_KEYS entry', setting]]);
  output.answer(
    { name, scopes, key, setting },
    `${table}

The key is shown this once and kept nowhere: hand it to its caller, who sends \`Authorization: Bearer ...\`.
Add the entry to API_KEYS, behind a comma where there are others, and restart the gateway.`,
  );
}
