import { Empty } from '../../design/notice.tsx';
import { Page } from '../../design/page.tsx';

export function ContactPage(_: { id?: string }) {
  return (
    <Page title="Contact">
      <Empty title="This page is being built." />
    </Page>
  );
}
