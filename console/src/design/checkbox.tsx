import type { ReactNode } from 'react';
import { Checkbox as AriaCheckbox } from 'react-aria-components/Checkbox';
import { CheckIcon } from './icons.tsx';

export function Checkbox({
  isSelected,
  onChange,
  isDisabled = false,
  children,
}: {
  isSelected: boolean;
  onChange: (isSelected: boolean) => void;
  isDisabled?: boolean;
  children: ReactNode;
}) {
  return (
    <AriaCheckbox className="checkbox" isSelected={isSelected} onChange={onChange} isDisabled={isDisabled}>
      <span className="box">
        <CheckIcon />
      </span>
      {children}
    </AriaCheckbox>
  );
}
