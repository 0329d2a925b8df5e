import { Empty } from '../../design/notice.tsx';
import { Page } from '../../design/page.tsx';

export function ContactsPage(_: { id?: string }) {
  return (
    <Page title="Contacts">
      <Empty title="This page is being built." />
    </Page>
  );
}
