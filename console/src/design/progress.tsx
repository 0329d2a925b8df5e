import { Label } from 'react-aria-components/Label';
import { ProgressBar } from 'react-aria-components/ProgressBar';

/** How far a run is; `percent` null: at work, but nobody knows how far. */
export function Progress({ label, percent }: { label: string; percent: number | null }) {
  return (
    <ProgressBar className="progress" value={percent ?? 0} isIndeterminate={percent === null}>
      {({ valueText }) => (
        <>
          <div className="row spread small">
            <Label>{label}</Label>
            <span className="muted">{percent === null ? 'how far is not known yet' : valueText}</span>
          </div>
          <div className="progress-track">
            <div
              className={percent === null ? 'progress-fill unknown' : 'progress-fill'}
              style={{ '--share': (percent ?? 0) / 100 }}
            />
          </div>
        </>
      )}
    </ProgressBar>
  );
}
