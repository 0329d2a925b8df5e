import type { ReactNode } from 'react';
import { Tabs as AriaTabs, Tab, TabList, TabPanel } from 'react-aria-components/Tabs';

export interface TabContent<V extends string> {
  readonly value: V;
  readonly title: string;
  readonly content: () => ReactNode;
}

/** Only the chosen one is drawn, so only that one asks the gateway for anything. */
export function Tabs<V extends string>({
  label,
  value,
  tabs,
  onChange,
}: {
  label: string;
  value: V;
  tabs: readonly TabContent<V>[];
  onChange: (value: V) => void;
}) {
  return (
    <AriaTabs
      selectedKey={value}
      onSelectionChange={(key) => {
        const chosen = tabs.find((tab) => tab.value === key);
        if (chosen !== undefined) onChange(chosen.value);
      }}
    >
      <TabList className="tab-list" aria-label={label}>
        {tabs.map((tab) => (
          <Tab key={tab.value} id={tab.value} className="tab">
            {tab.title}
          </Tab>
        ))}
      </TabList>
      {tabs.map((tab) => (
        <TabPanel key={tab.value} id={tab.value} className="tab-panel">
          {tab.content()}
        </TabPanel>
      ))}
    </AriaTabs>
  );
}
