import { type ReactNode, useId } from 'react';

/** A titled part of a page. `isFlush`: its content, a table, reaches its edges. */
export function Card({
  title,
  actions,
  isFlush = false,
  children,
}: {
  title: string;
  actions?: ReactNode;
  isFlush?: boolean;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <section className="card" aria-labelledby={id}>
      <div className="card-head">
        <h2 id={id}>{title}</h2>
        {actions === undefined ? null : <div className="row">{actions}</div>}
      </div>
      <div className={isFlush ? 'card-body flush' : 'card-body'}>{children}</div>
    </section>
  );
}
