import { Empty } from '../../design/notice.tsx';
import { Page } from '../../design/page.tsx';

export function DifferencesPage(_: { id?: string }) {
  return (
    <Page title="Differences">
      <Empty title="This page is being built." />
    </Page>
  );
}
