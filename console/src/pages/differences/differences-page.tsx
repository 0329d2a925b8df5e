import { Page } from '../../design/page.tsx';
import { Tabs } from '../../design/tabs.tsx';
import { useChoice } from '../../design/use-address.ts';
import { ContactDiffs } from './contact-diffs.tsx';
import { Counts } from './counts.tsx';
import { ListDiffs } from './list-diffs.tsx';
import { PushPlan } from './push-plan.tsx';
import '../../styles/differences.css';

const TABS = ['contacts', 'lists', 'plan', 'counts'] as const;

export function DifferencesPage() {
  const [tab, setTab] = useChoice('tab', TABS, 'contacts');
  return (
    <Page title="Differences" lead="How the two stores differ, and what the next push would do about it.">
      <Tabs
        label="Differences"
        value={tab}
        onChange={setTab}
        tabs={[
          { value: 'contacts', title: 'Contacts', content: () => <ContactDiffs /> },
          { value: 'lists', title: 'Lists', content: () => <ListDiffs /> },
          { value: 'plan', title: 'Push plan', content: () => <PushPlan /> },
          { value: 'counts', title: 'Counts', content: () => <Counts /> },
        ]}
      />
    </Page>
  );
}
