import { Fragment } from 'react';
import { Moment } from './moment.tsx';

/** Moments as the gateway writes them into its sentences, and what stands between backticks. */
const MARKED = /(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z|`[^`]+`)/;

/** A sentence of the gateway: moments in the viewer's zone, names of settings and the like as code. */
export function Prose({ text }: { text: string }) {
  return text.split(MARKED).map((part, index) => {
    // Every second part is what was found.
    const found = index % 2 === 1;
    const shown = !found ? part : part.startsWith('`') ? <code>{part.slice(1, -1)}</code> : <Moment at={part} />;
    // biome-ignore lint/suspicious/noArrayIndexKey: its place in the sentence is what a part is.
    return <Fragment key={index}>{shown}</Fragment>;
  });
}
