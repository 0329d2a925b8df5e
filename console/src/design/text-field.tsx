import { Input } from 'react-aria-components/Input';
import { TextField as AriaTextField, Label } from 'react-aria-components/TextField';

export function TextField({
  label,
  value,
  onChange,
  type = 'text',
  placeholder,
  isRequired = false,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  type?: 'text' | 'search' | 'password';
  placeholder?: string;
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
    </AriaTextField>
  );
}
