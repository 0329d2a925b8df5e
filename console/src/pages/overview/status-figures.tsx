import { useState } from 'react';
import { useMutation } from 'urql';
import { Badge, type Tone } from '../../design/badge.tsx';
import { Button } from '../../design/button.tsx';
import { ProblemNotice } from '../../design/notice.tsx';
import { Ago, Moment } from '../../format/moment.tsx';
import { words } from '../../format/words.ts';
import {
  PauseScheduleDocument,
  ResumeScheduleDocument,
  type SyncStatusFieldsFragment,
} from '../../gateway/generated.ts';
import { type Problem, problemOf } from '../../gateway/problem.ts';
import { BudgetGauge } from './budget-gauge.tsx';
import { ConnectLink } from './connect-link.tsx';

type Status = SyncStatusFieldsFragment;

const CONNECTIONS: Readonly<Record<Status['connection'], { tone: Tone; text: string; hint: string }>> = {
  CONNECTED: { tone: 'good', text: 'Connected', hint: 'A Constant Contact account is connected.' },
  SANDBOX: { tone: 'info', text: 'Sandbox', hint: 'The demo: no real account is touched.' },
  NOT_CONNECTED: { tone: 'warn', text: 'Not connected', hint: 'Connect an account to begin.' },
  RECONNECT_REQUIRED: { tone: 'bad', text: 'Reconnect', hint: 'Runs wait until the account is connected again.' },
};

/** How the gateway stands, in four figures. */
export function StatusFigures({ status }: { status: Status }) {
  const connection = CONNECTIONS[status.connection];
  return (
    <div className="figures">
      <section className="card card-body" aria-label="Connection">
        <h2 className="label">Connection</h2>
        <p className="figure">
          <Badge tone={connection.tone}>{connection.text}</Badge>
        </p>
        <p className="muted small">{connection.hint}</p>
        {status.connection === 'SANDBOX' ? null : <ConnectLink connection={status.connection} />}
        <p className="muted small">
          MongoDB {status.store.version}, {words(status.store.kind).toLowerCase()}
        </p>
      </section>
      <section className="card card-body" aria-label="Freshness">
        <h2 className="label">In step up to</h2>
        <p className="figure">
          {status.contactsWatermark === null ? 'Not yet' : <Ago at={status.contactsWatermark} />}
        </p>
        <p className="muted small">
          {status.contactsWatermark === null ? (
            'The first pull has not ended.'
          ) : (
            <>
              <Moment at={status.contactsWatermark} />, by the clock of Constant Contact
            </>
          )}
        </p>
      </section>
      <NextRun status={status} />
      <section className="card card-body" aria-label="Request budget">
        <h2 className="label">Request budget today</h2>
        <BudgetGauge budget={status.budget} />
      </section>
    </div>
  );
}

function NextRun({ status: { nextScheduledAt, schedulePause } }: { status: Status }) {
  const [pausing, pause] = useMutation(PauseScheduleDocument);
  const [resuming, resume] = useMutation(ResumeScheduleDocument);
  const [problem, setProblem] = useState<Problem | null>(null);

  const change = async () => {
    const { data, error } =
      schedulePause === null ? await pause({ input: {} }) : await resume({ input: { runMissed: false } });
    const result = data === undefined ? undefined : 'pauseSchedule' in data ? data.pauseSchedule : data.resumeSchedule;
    setProblem(problemOf(error, result));
  };

  return (
    <section className="card card-body" aria-label="Next run">
      <h2 className="label">Next run</h2>
      <p className="figure">
        {schedulePause !== null ? 'Paused' : nextScheduledAt === null ? 'Off' : <Ago at={nextScheduledAt} />}
      </p>
      <p className="muted small">
        {schedulePause !== null ? (
          <>
            By {schedulePause.by}, <Ago at={schedulePause.at} />
            {schedulePause.reason === null ? '' : `: ${schedulePause.reason}`}
          </>
        ) : nextScheduledAt === null ? (
          'The schedule is switched off.'
        ) : (
          <Moment at={nextScheduledAt} />
        )}
      </p>
      {schedulePause === null && nextScheduledAt === null ? null : (
        <Button kind="quiet" isBusy={pausing.fetching || resuming.fetching} onPress={() => void change()}>
          {schedulePause === null ? 'Pause the schedule' : 'Resume the schedule'}
        </Button>
      )}
      <ProblemNotice problem={problem} />
    </section>
  );
}
