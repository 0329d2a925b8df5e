import type { ReactNode } from 'react';
import type { CombinedError } from 'urql';
import { Prose } from '../format/prose.tsx';
import { isForbidden, type Problem, problemOfError } from '../gateway/problem.ts';
import { Button } from './button.tsx';

/** Something to know now. What went wrong is announced at once, the rest politely. */
export function Notice({
  tone = 'info',
  actions,
  children,
}: {
  tone?: 'info' | 'good' | 'warn' | 'bad';
  actions?: ReactNode | undefined;
  children: ReactNode;
}) {
  return (
    <div className={`notice ${tone}`} role={tone === 'bad' ? 'alert' : 'status'}>
      <div>{children}</div>
      {actions === undefined ? null : <div className="row">{actions}</div>}
    </div>
  );
}

/** What did not go well, why, and what to do about it; nothing where all is well. */
export function ProblemNotice({ problem, actions }: { problem: Problem | null; actions?: ReactNode | undefined }) {
  if (problem === null) return null;
  return (
    <Notice tone="bad" actions={actions}>
      <strong>
        <Prose text={problem.message} />
      </strong>
      {problem.todo === null ? null : (
        <p className="small">
          <Prose text={problem.todo} />
        </p>
      )}
    </Notice>
  );
}

/** What could not be loaded, in words that help, and a way to try again. */
export function LoadError({ error, onRetry }: { error: CombinedError; onRetry: () => void }) {
  // It would be refused again.
  const retry = isForbidden(error) ? undefined : <Button onPress={onRetry}>Try again</Button>;
  return <ProblemNotice problem={problemOfError(error)} actions={retry} />;
}

/** Nothing is there, and what that means. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="empty">
      <strong>{title}</strong>
      {children}
    </div>
  );
}

/** Stands for what is being loaded, in about its size. */
export function Loading({ lines = 4 }: { lines?: number }) {
  return (
    <div className="skeleton" role="status">
      <span className="visually-hidden">Loading</span>
      {Array.from({ length: lines }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines differ in nothing else.
        <span key={line} aria-hidden="true" />
      ))}
    </div>
  );
}
