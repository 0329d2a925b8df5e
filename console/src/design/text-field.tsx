import { FieldError } from 'react-aria-components/FieldError';
import { Input } from 'react-aria-components/Input';
import { Text } from 'react-aria-components/Text';
import { TextField as AriaTextField, Label } from 'react-aria-components/TextField';

export function TextField({
  label,
  value,
  onChange,
  type = 'text',
  placeholder,
  hint,
  isRequired = false,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  type?: 'text' | 'search' | 'password' | 'url';
  placeholder?: string;
  /** Read out with the field. */
  hint?: string;
  isRequired?: boolean;
}) {
  return (
    <AriaTextField
      className="field"
      type={type}
      value={value}
      onChange={onChange}
      isRequired={isRequired}
      autoComplete="off"
    >
      <Label className="label">{label}</Label>
      <Input className="input" spellCheck="false" {...(placeholder === undefined ? {} : { placeholder })} />
      {hint === undefined ? null : (
        <Text slot="description" className="muted small">
          {hint}
        </Text>
      )}
      <FieldError className="field-error small" />
    </AriaTextField>
  );
}
