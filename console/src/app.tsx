import { useCallback, useEffect, useMemo, useState } from 'react';
import { Provider } from 'urql';
import { createGateway } from './gateway/create-gateway.ts';
import { GatewayContext } from './gateway/gateway-context.ts';
import { Shell } from './shell.tsx';
import { SignIn } from './sign-in.tsx';

/** Signed in, or asked to. The credential lives in this component's state and nowhere else. */
export function App({ origin }: { origin: string }) {
  const [credential, setCredential] = useState<string | null>(null);
  const [isRefused, setRefused] = useState(false);

  const signIn = useCallback((next: string) => {
    setCredential(next);
    setRefused(false);
  }, []);
  const refuse = useCallback(() => setRefused(true), []);

  if (isRefused) return <SignIn isWrong={credential !== null} onSignIn={signIn} />;
  return <Connected key={credential} origin={origin} credential={credential} onRefused={refuse} />;
}

function Connected({
  origin,
  credential,
  onRefused,
}: {
  origin: string;
  credential: string | null;
  onRefused: () => void;
}) {
  const [isLive, setLive] = useState(false);
  const gateway = useMemo(
    () => createGateway({ origin, credential, onRefused, onLive: setLive }),
    [origin, credential, onRefused],
  );
  useEffect(() => () => gateway.close(), [gateway]);
  const state = useMemo(
    () => ({
      uncached: gateway.uncached,
      isLive,
      signOut: credential === null ? null : () => window.location.reload(),
    }),
    [gateway, isLive, credential],
  );
  return (
    <Provider value={gateway.client}>
      <GatewayContext value={state}>
        <Shell />
      </GatewayContext>
    </Provider>
  );
}
