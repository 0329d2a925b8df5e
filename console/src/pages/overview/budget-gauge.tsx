import { Meter } from 'react-aria-components/Meter';
import { Ago } from '../../format/moment.tsx';
import { formatCount, formatShare } from '../../format/numbers.ts';
import type { BudgetFieldsFragment } from '../../gateway/generated.ts';

const RADIUS = 42;
const ARC_LENGTH = Math.PI * RADIUS;
const ARC = `M 8 50 A ${RADIUS} ${RADIUS} 0 0 1 92 50`;
/** From this share on the colour warns, and alarms. */
const WARN_AT = 0.75;
const ALARM_AT = 0.95;

/** The requests of the day as half a dial. */
export function BudgetGauge({ budget }: { budget: BudgetFieldsFragment }) {
  const { usedToday, perDay, remainingToday, resetsAt } = budget;
  const share = perDay === 0 ? 0 : Math.min(1, usedToday / perDay);
  const tone = share >= ALARM_AT ? 'bad' : share >= WARN_AT ? 'warn' : 'calm';
  const spoken = `${formatCount(usedToday)} of ${formatCount(perDay)} requests used`;
  return (
    <div className="gauge">
      <Meter
        className="dial"
        aria-label="Requests used today"
        value={usedToday}
        maxValue={Math.max(perDay, 1)}
        valueLabel={spoken}
      >
        <svg viewBox="0 0 100 56" aria-hidden="true">
          <path d={ARC} className="dial-track" />
          <path d={ARC} className={`dial-fill ${tone}`} strokeDasharray={`${share * ARC_LENGTH} ${ARC_LENGTH}`} />
        </svg>
        <span className="dial-value">{formatShare(share)}</span>
      </Meter>
      <p className="small">
        {spoken}
        <br />
        <span className="muted">
          {formatCount(remainingToday)} left, renewed <Ago at={resetsAt} />
        </span>
      </p>
    </div>
  );
}
