import { Card } from '../../design/card.tsx';
import { Empty } from '../../design/notice.tsx';
import { ClockTime } from '../../format/moment.tsx';
import { counted } from '../../format/numbers.ts';
import { Prose } from '../../format/prose.tsx';
import { words } from '../../format/words.ts';
import type { RunEvent } from './use-run-events.ts';

/** What a run has done, newest first. */
export function EventLog({ events }: { events: readonly RunEvent[] }) {
  const earlier = (events[0]?.sequence ?? 1) - 1;
  return (
    <Card
      title="Event log"
      isFlush
      actions={<span className="muted small">{counted(events.length + earlier, 'step')}</span>}
    >
      {events.length === 0 ? (
        <Empty title="Nothing yet">
          <p>The first step appears here as soon as an instance takes the run.</p>
        </Empty>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard.
        <section className="event-log" role="log" aria-label="Steps of the run, newest first" tabIndex={0}>
          <ol>
            {events.toReversed().map((event) => (
              <li key={event.sequence} className={event.type === 'WARNING' ? 'warning' : undefined}>
                <span className="muted">
                  <ClockTime at={event.at} />
                </span>
                <span className="muted">{words(event.type)}</span>
                <span>
                  <Prose text={event.message} />
                </span>
              </li>
            ))}
          </ol>
          {earlier > 0 ? <p className="muted small">{counted(earlier, 'earlier step')} not shown.</p> : null}
        </section>
      )}
    </Card>
  );
}
