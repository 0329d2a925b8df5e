import { useEffect, useMemo, useState } from 'react';
import { Provider } from 'urql';
import { createGateway } from './gateway/create-gateway.ts';
import { GatewayContext } from './gateway/gateway-context.ts';
import { Shell } from './shell.tsx';
import { SignIn } from './sign-in.tsx';

/** Signed in, or asked to. The credential lives in this component's state and nowhere else. */
export function App({ origin }: { origin: string }) {
  const [credential, setCredential] = useState<string | null>(null);
  // Which one was refused: a late answer to an older one says nothing of the present.
  const [refused, setRefused] = useState<string | null>();

  if (refused === credential) return <SignIn isWrong={credential !== null} onSignIn={setCredential} />;
  return <Connected key={credential} origin={origin} credential={credential} onRefused={setRefused} />;
}

function Connected({
  origin,
  credential,
  onRefused,
}: {
  origin: string;
  credential: string | null;
  onRefused: (credential: string | null) => void;
}) {
  const [isLive, setLive] = useState(false);
  const [runsThatChanged, setRunsThatChanged] = useState(0);
  const gateway = useMemo(
    () =>
      createGateway({
        origin,
        credential,
        onRefused: () => onRefused(credential),
        onLive: setLive,
        onContactsChanged: () => setRunsThatChanged((count) => count + 1),
      }),
    [origin, credential, onRefused],
  );
  useEffect(() => () => gateway.close(), [gateway]);
  const state = useMemo(
    () => ({
      uncached: gateway.uncached,
      listNames: gateway.listNames,
      runsThatChanged,
      isLive,
      signOut: credential === null ? null : () => window.location.reload(),
    }),
    [gateway, runsThatChanged, isLive, credential],
  );
  return (
    <Provider value={gateway.client}>
      <GatewayContext value={state}>
        <Shell />
      </GatewayContext>
    </Provider>
  );
}
