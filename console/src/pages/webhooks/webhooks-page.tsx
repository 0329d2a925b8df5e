import { Empty } from '../../design/notice.tsx';
import { Page } from '../../design/page.tsx';

export function WebhooksPage(_: { id?: string }) {
  return (
    <Page title="Webhooks">
      <Empty title="This page is being built." />
    </Page>
  );
}
