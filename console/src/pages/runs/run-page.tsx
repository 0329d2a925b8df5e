import { Empty } from '../../design/notice.tsx';
import { Page } from '../../design/page.tsx';

export function RunPage(_: { id?: string }) {
  return (
    <Page title="Run">
      <Empty title="This page is being built." />
    </Page>
  );
}
