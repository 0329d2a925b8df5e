import { z } from 'zod';
import { settingsSchema } from '../src/config.ts';
import { code, generatedPage, table } from './markdown.ts';

/** As one writes it in the environment; null where there is none. */
function defaultOf(setting: z.ZodType): string | null {
  if (!(setting instanceof z.ZodDefault)) return null;
  const value: unknown = setting.def.defaultValue;
  return value === null ? 'off' : String(value);
}

/** @throws where a setting has no meaning: it ends with `.describe('...')` */
export function settingsReference(): string {
  const rows = Object.entries(settingsSchema.shape).map(([name, setting]) => {
    if (setting.description === undefined) throw new Error(`src/config.ts: ${name} says no meaning with .describe()`);
    const standard = defaultOf(setting);
    return [code(name), standard === null ? 'none' : code(standard), setting.description];
  });
  return generatedPage({
    title: 'Settings',
    from: 'src/config.ts',
    body: [
      'By environment. All are checked at the start, and all problems are told at once. A setting that is empty counts as not set.',
      table(['name', 'default', 'meaning'], rows),
    ],
  });
}
