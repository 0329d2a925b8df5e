import type { ConnectionState } from '../../gateway/generated.ts';

/** Leads to the pages of OAuth. A page load of its own: they belong to the gateway and to Constant Contact. */
export function ConnectLink({ connection }: { connection: ConnectionState }) {
  if (connection === 'CONNECTED') {
    return (
      <a className="small" href="/oauth/connect">
        Connect again
      </a>
    );
  }
  return (
    <a className="button primary" href="/oauth/connect">
      {connection === 'RECONNECT_REQUIRED' ? 'Connect again' : 'Connect the account'}
    </a>
  );
}
