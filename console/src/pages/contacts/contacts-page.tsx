import { useEffect, useState } from 'react';
import { useQuery } from 'urql';
import { Button } from '../../design/button.tsx';
import { ListPicker } from '../../design/list-picker.tsx';
import { Empty, LoadError, Loading, Notice } from '../../design/notice.tsx';
import { Page } from '../../design/page.tsx';
import { Select } from '../../design/select.tsx';
import { TextField } from '../../design/text-field.tsx';
import { useChoice, useText } from '../../design/use-address.ts';
import { counted } from '../../format/numbers.ts';
import { words } from '../../format/words.ts';
import { useGateway } from '../../gateway/gateway-context.ts';
import {
  type ContactOrder,
  ContactRowsDocument,
  type ContactStatus,
  ContactTotalDocument,
  type SyncState,
} from '../../gateway/generated.ts';
import { useListNames } from '../../gateway/use-list-names.ts';
import { usePages } from '../../gateway/use-pages.ts';
import { ContactTable } from './contact-table.tsx';
import '../../styles/contacts.css';

const PAGE_SIZE = 100;
/** A person that types asks once, at the end of the word. */
const TYPING_MS = 200;

const STATUSES = [
  'ALL',
  'ACTIVE',
  'UNSUBSCRIBED',
  'PENDING_CONFIRMATION',
  'TEMP_HOLD',
  'NOT_SET',
  'DELETED',
] as const satisfies (ContactStatus | 'ALL')[];
const STATES = ['ALL', 'IN_SYNC', 'PENDING_PUSH', 'CONFLICT', 'ONLY_LOCAL', 'DELETED_IN_PRIMARY'] as const satisfies (
  | SyncState
  | 'ALL'
)[];
const ORDERS = {
  CHANGED: { label: 'Last changed first', order: { field: 'UPDATED_AT', direction: 'DESC' } },
  EMAIL: { label: 'Email address', order: { field: 'EMAIL', direction: 'ASC' } },
  NAME: { label: 'Name', order: { field: 'NAME', direction: 'ASC' } },
  NEW: { label: 'Newest first', order: { field: 'ID', direction: 'DESC' } },
} as const satisfies Record<string, { label: string; order: ContactOrder }>;
type Order = keyof typeof ORDERS;
// The keys of the object above, which `Object.keys` gives as mere strings.
const ORDER_NAMES = Object.keys(ORDERS) as Order[];

const ALL = { value: 'ALL', label: 'All' };
const option = <V extends string>(value: V) => ({ value, label: value === 'ALL' ? 'All' : words(value) });

export function ContactsPage() {
  const [search, setSearch] = useText('search');
  const [status, setStatus] = useChoice('status', STATUSES, 'ALL');
  const [state, setState] = useChoice('sync', STATES, 'ALL');
  const [list, setList] = useText('list');
  const [order, setOrder] = useChoice('order', ORDER_NAMES, 'CHANGED');
  const lists = useListNames();

  const filter = {
    ...(search === '' ? {} : { search }),
    ...(status === 'ALL' ? {} : { status: [status] }),
    ...(state === 'ALL' ? {} : { syncState: [state] }),
    ...(list === '' ? {} : { lists: [{ id: list }] }),
  };
  const contacts = usePages({
    query: ContactRowsDocument,
    variables: { first: PAGE_SIZE, filter, orderBy: ORDERS[order].order },
    select: (data) => data.contacts,
  });
  const [{ data: total, error: countError }] = useQuery({ query: ContactTotalDocument, variables: { filter } });
  const count = total?.contacts.totalCount;
  const isFiltered = Object.keys(filter).length > 0;
  const { runsThatChanged } = useGateway();
  const [runsSeen, setRunsSeen] = useState(runsThatChanged);
  const showChanges = () => {
    setRunsSeen(runsThatChanged);
    contacts.reload();
  };

  return (
    <Page
      title="Contacts"
      lead={
        <span role="status">
          {count !== undefined
            ? counted(count, 'contact')
            : countError === undefined
              ? 'Counting…'
              : 'How many there are could not be counted.'}
        </span>
      }
    >
      <section className="card contacts" aria-label="Contacts">
        <div className="filters">
          <SearchField value={search} onChange={setSearch} />
          <Select label="Status" value={status} options={STATUSES.map(option)} onChange={setStatus} />
          <Select label="Sync state" value={state} options={STATES.map(option)} onChange={setState} />
          <ListPicker
            label="List"
            value={list === '' ? 'ALL' : list}
            options={[ALL, ...lists.map(({ id, name }) => ({ value: id, label: name }))]}
            onChange={(id) => setList(id === 'ALL' ? '' : id)}
          />
          <Select
            label="Order"
            value={order}
            options={ORDER_NAMES.map((value) => ({ value, label: ORDERS[value].label }))}
            onChange={setOrder}
          />
        </div>
        {runsThatChanged === runsSeen ? null : (
          // Not by itself: rows would move away under the eyes.
          <Notice actions={<Button onPress={showChanges}>Show the changes</Button>}>
            A run has changed contacts since these were loaded.
          </Notice>
        )}
        {contacts.error === undefined ? null : <LoadError error={contacts.error} onRetry={contacts.reload} />}
        {contacts.items === undefined ? (
          contacts.error === undefined ? (
            <Loading lines={10} />
          ) : null
        ) : contacts.items.length === 0 ? (
          <Empty title={isFiltered ? 'No contact matches' : 'No contacts yet'}>
            <p>{isFiltered ? 'Try fewer filters or another word.' : 'They appear with the first pull.'}</p>
          </Empty>
        ) : (
          <ContactTable
            contacts={contacts.items}
            totalCount={count}
            hasMore={contacts.hasMore && contacts.error === undefined}
            onNearEnd={contacts.loadMore}
          />
        )}
      </section>
    </Page>
  );
}

function SearchField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const [typed, setTyped] = useState(value);
  useEffect(() => {
    if (typed === value) return;
    const timer = setTimeout(() => onChange(typed), TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed, value, onChange]);
  return (
    <div className="field wide">
      <TextField
        label="Search"
        type="search"
        placeholder="Start of address or name"
        value={typed}
        onChange={setTyped}
      />
    </div>
  );
}
