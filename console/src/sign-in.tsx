import { type FormEvent, useState } from 'react';
import { Button } from './design/button.tsx';
import { Notice } from './design/notice.tsx';
import { TextField } from './design/text-field.tsx';
import icon from './icon.svg';
import './styles/sign-in.css';

/** Asks for an API key or a token. It is kept until the page is closed or loaded anew, and written down nowhere. */
export function SignIn({ isWrong, onSignIn }: { isWrong: boolean; onSignIn: (credential: string) => void }) {
  const [credential, setCredential] = useState('');
  const [isNonsense, setNonsense] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const given = credential.trim();
    // What no header can carry is no key: a browser would say that the gateway cannot be reached.
    setNonsense(/[^\x21-\x7e]/.test(given));
    if (/^[\x21-\x7e]+$/.test(given)) onSignIn(given);
  };
  return (
    <main className="sign-in">
      <form className="card stack" onSubmit={submit}>
        <img src={icon} alt="" width="40" height="40" />
        <div>
          <h1>Sign in</h1>
          <p className="muted">This gateway asks its callers who they are.</p>
        </div>
        {isWrong || isNonsense ? (
          <Notice tone="bad">
            <strong>The gateway does not know this key, or the token has expired.</strong>
            <p className="small">Look whether it was copied as a whole, or ask who runs the gateway for another one.</p>
          </Notice>
        ) : null}
        <TextField label="API key or token" type="password" value={credential} onChange={setCredential} isRequired />
        <Button kind="primary" type="submit">
          Sign in
        </Button>
        <p className="muted small">It stays in the memory of this page alone: loading it anew asks again.</p>
      </form>
    </main>
  );
}
