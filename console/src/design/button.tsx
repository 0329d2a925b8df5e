import type { ReactNode } from 'react';
import { Button as AriaButton } from 'react-aria-components/Button';

export function Button({
  kind = 'secondary',
  onPress,
  isDisabled = false,
  isBusy = false,
  type = 'button',
  label,
  children,
}: {
  kind?: 'secondary' | 'primary' | 'danger' | 'quiet';
  onPress?: () => void;
  isDisabled?: boolean;
  /** Its work is under way: it keeps the focus and does nothing. */
  isBusy?: boolean;
  type?: 'button' | 'submit';
  /** Where its text alone does not say what it acts on. */
  label?: string;
  children: ReactNode;
}) {
  return (
    <AriaButton
      className={`button ${kind}`}
      type={type}
      isDisabled={isDisabled}
      isPending={isBusy}
      {...(onPress === undefined ? {} : { onPress })}
      {...(label === undefined ? {} : { 'aria-label': label })}
    >
      {children}
    </AriaButton>
  );
}
