import { useState } from 'react';
import { Button } from '../../design/button.tsx';
import { Checkbox } from '../../design/checkbox.tsx';
import { Dialog } from '../../design/dialog.tsx';
import { Empty, LoadError, Loading } from '../../design/notice.tsx';
import { ScrollRegion } from '../../design/scroll-region.tsx';
import { TextField } from '../../design/text-field.tsx';
import { counted } from '../../format/numbers.ts';
import { useGateway } from '../../gateway/gateway-context.ts';
import { useLists } from '../../gateway/use-list-names.ts';

/** So many are drawn at once; an account has up to a thousand. */
const MOST_SHOWN = 100;

/** All lists, or some that are picked by name. `chosen` holds their ids; none: all. */
export function ChooseLists({
  chosen,
  onChange,
}: {
  chosen: readonly string[];
  onChange: (chosen: readonly string[]) => void;
}) {
  const [isOpen, setOpen] = useState(false);
  return (
    <div className="field">
      <span className="label">For which lists</span>
      <Button onPress={() => setOpen(true)}>
        {chosen.length === 0 ? 'All lists' : counted(chosen.length, 'list')}
      </Button>
      <Dialog
        title="For which lists"
        isOpen={isOpen}
        onClose={() => setOpen(false)}
        actions={
          <Button kind="quiet" isDisabled={chosen.length === 0} onPress={() => onChange([])}>
            All lists
          </Button>
        }
      >
        <Choices chosen={chosen} onChange={onChange} />
      </Dialog>
    </div>
  );
}

function Choices({ chosen, onChange }: { chosen: readonly string[]; onChange: (chosen: readonly string[]) => void }) {
  const { names, isComplete, error } = useLists();
  const { listNames } = useGateway();
  const [search, setSearch] = useState('');
  const part = search.trim().toLowerCase();
  const matches = names.filter(({ name }) => name.toLowerCase().includes(part));
  const shown = matches.slice(0, MOST_SHOWN);
  return (
    <>
      <TextField label="Find a list" type="search" value={search} onChange={setSearch} />
      {error === undefined ? null : <LoadError error={error} onRetry={listNames.reload} />}
      {names.length === 0 && !isComplete ? (
        error === undefined ? (
          <Loading />
        ) : null
      ) : shown.length === 0 ? (
        <Empty title={names.length === 0 ? 'No lists yet' : 'No list has this in its name'}>
          {names.length === 0 ? <p>They come with the first pull.</p> : null}
        </Empty>
      ) : (
        <ScrollRegion label="Lists" className="list-choice">
          {shown.map(({ id, name }) => (
            <Checkbox
              key={id}
              isSelected={chosen.includes(id)}
              onChange={(isSelected) => onChange(isSelected ? [...chosen, id] : chosen.filter((other) => other !== id))}
            >
              <bdi>{name}</bdi>
            </Checkbox>
          ))}
          {matches.length > shown.length ? (
            <p className="muted small">The first {MOST_SHOWN}. Type a part of the name to find others.</p>
          ) : null}
        </ScrollRegion>
      )}
    </>
  );
}
