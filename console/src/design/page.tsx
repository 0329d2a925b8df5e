import { type ReactNode, useEffect } from 'react';

/** The frame of each page: its heading names the document, too. */
export function Page({
  title,
  lead,
  actions,
  children,
}: {
  title: string;
  lead?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}) {
  useEffect(() => {
    document.title = `${title} · Contact sync gateway`;
  }, [title]);
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <h1 dir="auto">{title}</h1>
          {lead === undefined ? null : <p>{lead}</p>}
        </div>
        {actions === undefined ? null : <div className="row">{actions}</div>}
      </header>
      {children}
    </div>
  );
}
