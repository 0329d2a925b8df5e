import { StrictMode, useCallback, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { ContactTable } from './contact-table.tsx';
import { SyncButton } from './sync-button.tsx';

function Page() {
  const [syncs, setSyncs] = useState(0);
  // The same function each time: a new one would make the button follow its run anew.
  const reload = useCallback(() => setSyncs((count) => count + 1), []);
  return (
    <main>
      <h1>Contacts</h1>
      <SyncButton onFinished={reload} />
      <ContactTable key={syncs} />
    </main>
  );
}

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no #root');
createRoot(root).render(
  <StrictMode>
    <Page />
  </StrictMode>,
);
