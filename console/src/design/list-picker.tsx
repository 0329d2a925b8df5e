import { useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { ComboBox } from 'react-aria-components/ComboBox';
import { Input } from 'react-aria-components/Input';
import { ListBox, ListBoxItem } from 'react-aria-components/ListBox';
import { Popover } from 'react-aria-components/Popover';
import { Label } from 'react-aria-components/TextField';
import { ChevronIcon } from './icons.tsx';
import type { Option } from './select.tsx';

/** An account has a thousand lists: so many are drawn at once, typing finds the others. */
const MOST_SHOWN = 100;

/** One of many, found by a part of its name. */
export function ListPicker({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: string;
  options: readonly Option<string>[];
  onChange: (value: string) => void;
}) {
  const chosen = options.find((option) => option.value === value);
  const chosenLabel = chosen?.label ?? '';
  // Null: nothing was typed, and what is chosen stands there.
  const [typed, setTyped] = useState<string | null>(null);
  const part = (typed ?? '').trim().toLowerCase();
  const matches = options.filter((option) => option.label.toLowerCase().includes(part));
  // What is chosen stays among them: else the field would take itself for empty.
  const isFar = chosen !== undefined && matches.indexOf(chosen) >= MOST_SHOWN;
  const shown = [...(isFar ? [chosen] : []), ...matches.slice(0, MOST_SHOWN)];
  const choose = (key: unknown) => {
    setTyped(null);
    if (typeof key === 'string' && key !== value) onChange(key);
  };
  return (
    <ComboBox
      className="field"
      selectedKey={value}
      inputValue={typed ?? chosenLabel}
      onInputChange={(text) => setTyped(text === chosenLabel ? null : text)}
      onSelectionChange={choose}
      onOpenChange={(isOpen) => {
        if (!isOpen) setTyped(null);
      }}
      items={shown}
      allowsEmptyCollection
      menuTrigger="focus"
    >
      <Label className="label">{label}</Label>
      <div className="combo">
        <Input className="input" dir="auto" onFocus={(event) => event.target.select()} />
        <Button className="combo-button">
          <ChevronIcon />
        </Button>
      </div>
      <Popover className="popover" data-trigger="Select">
        <ListBox
          className="options"
          renderEmptyState={() => <span className="option muted">No list has this in its name</span>}
        >
          {(option: Option<string>) => (
            <ListBoxItem id={option.value} textValue={option.label} className="option">
              <bdi>{option.label}</bdi>
            </ListBoxItem>
          )}
        </ListBox>
        {matches.length > MOST_SHOWN ? (
          <p className="muted small popover-foot">The first {MOST_SHOWN}. Type a part of the name to find others.</p>
        ) : null}
      </Popover>
    </ComboBox>
  );
}
