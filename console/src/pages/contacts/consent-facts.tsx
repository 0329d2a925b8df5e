import { Moment } from '../../format/moment.tsx';
import { words } from '../../format/words.ts';
import type { ConsentFactsFragment } from '../../gateway/generated.ts';

/** Whether we may write to a person, since when, and who said so. */
export function ConsentFacts({ consent }: { consent: ConsentFactsFragment }) {
  const permission = consent.permissionToSend ?? consent.rawPermissionToSend;
  return (
    <dl className="facts">
      <div>
        <dt>Permission</dt>
        <dd>{permission === null ? 'None recorded' : words(permission)}</dd>
      </div>
      {consent.confirmStatus === null ? null : (
        <div>
          <dt>Confirmation</dt>
          <dd>{words(consent.confirmStatus)}</dd>
        </div>
      )}
      <ConsentMoment label="Opted in" at={consent.optInAt} by={consent.optInSource} />
      <ConsentMoment label="Opted out" at={consent.optOutAt} by={consent.optOutSource} />
      {consent.optOutReason === null ? null : (
        <div>
          <dt>Reason given</dt>
          <dd>{consent.optOutReason}</dd>
        </div>
      )}
    </dl>
  );
}

function ConsentMoment({ label, at, by }: { label: string; at: string | null; by: string | null }) {
  if (at === null) return null;
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        <Moment at={at} />
        {by === null ? '' : `, by ${by === 'Contact' ? 'the person' : 'the account'}`}
      </dd>
    </div>
  );
}
