import type { ReactNode } from 'react';
import { Button as AriaButton } from 'react-aria-components/Button';

export function Button({
  kind = 'secondary',
  onPress,
  isDisabled = false,
  isBusy = false,
  type = 'button',
  form,
  label,
  children,
}: {
  kind?: 'secondary' | 'primary' | 'danger' | 'quiet';
  onPress?: () => void;
  isDisabled?: boolean;
  /** Its work is under way: it keeps the focus and does nothing. */
  isBusy?: boolean;
  type?: 'button' | 'submit';
  /** The id of the form that it submits, where it stands outside of that. */
  form?: string;
  /** Where its text alone does not say what it acts on. */
  label?: string;
  children: ReactNode;
}) {
  return (
    <AriaButton
      className={`button ${kind}`}
      // Not the library's `isPending`: that has the label of a button read out which may be gone with its dialog by then.
      type={isBusy ? 'button' : type}
      isDisabled={isDisabled}
      {...(isBusy ? { 'aria-disabled': true } : {})}
      {...(onPress === undefined || isBusy ? {} : { onPress })}
      {...(form === undefined ? {} : { form })}
      {...(label === undefined ? {} : { 'aria-label': label })}
    >
      {children}
    </AriaButton>
  );
}
