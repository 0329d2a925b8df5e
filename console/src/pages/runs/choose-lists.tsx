import { useState } from 'react';
import { useQuery } from 'urql';
import { Button } from '../../design/button.tsx';
import { Checkbox } from '../../design/checkbox.tsx';
import { Dialog } from '../../design/dialog.tsx';
import { Loading } from '../../design/notice.tsx';
import { ScrollRegion } from '../../design/scroll-region.tsx';
import { TextField } from '../../design/text-field.tsx';
import { counted } from '../../format/numbers.ts';
import { ListNamesDocument } from '../../gateway/generated.ts';

/** All lists, or some that are picked by name. `chosen` holds their ids; none: all. */
export function ChooseLists({
  chosen,
  onChange,
}: {
  chosen: readonly string[];
  onChange: (chosen: readonly string[]) => void;
}) {
  const [isOpen, setOpen] = useState(false);
  const [search, setSearch] = useState('');
  const [{ data }] = useQuery({ query: ListNamesDocument, pause: !isOpen });
  const part = search.trim().toLowerCase();
  const shown = data?.contactLists.nodes.filter(({ name }) => name.toLowerCase().includes(part));
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
        <TextField label="Find a list" type="search" value={search} onChange={setSearch} />
        {shown === undefined ? (
          <Loading />
        ) : (
          <ScrollRegion label="Lists" className="list-choice">
            {shown.map(({ id, name }) => (
              <Checkbox
                key={id}
                isSelected={chosen.includes(id)}
                onChange={(isSelected) =>
                  onChange(isSelected ? [...chosen, id] : chosen.filter((other) => other !== id))
                }
              >
                {name}
              </Checkbox>
            ))}
          </ScrollRegion>
        )}
      </Dialog>
    </div>
  );
}
