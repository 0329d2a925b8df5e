import { Empty } from '../../design/notice.tsx';
import { Page } from '../../design/page.tsx';

export function RunsPage(_: { id?: string }) {
  return (
    <Page title="Runs">
      <Empty title="This page is being built." />
    </Page>
  );
}
