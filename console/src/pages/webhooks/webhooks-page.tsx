import { Page } from '../../design/page.tsx';
import { Tabs } from '../../design/tabs.tsx';
import { useChoice } from '../../design/use-address.ts';
import { Deliveries } from './deliveries.tsx';
import { Subscriptions } from './subscriptions.tsx';
import '../../styles/webhooks.css';

const TABS = ['deliveries', 'subscriptions'] as const;

export function WebhooksPage() {
  const [tab, setTab] = useChoice('tab', TABS, 'deliveries');
  return (
    <Page title="Webhooks" lead="What came in, what it said and what became of it.">
      <Tabs
        label="Webhooks"
        value={tab}
        onChange={setTab}
        tabs={[
          { value: 'deliveries', title: 'Deliveries', content: () => <Deliveries /> },
          { value: 'subscriptions', title: 'Subscriptions', content: () => <Subscriptions /> },
        ]}
      />
    </Page>
  );
}
