import { Button } from './button.tsx';

/** The end of what is loaded, and a way on. */
export function More({ isBusy, onMore }: { isBusy: boolean; onMore: () => void }) {
  return (
    <div className="more">
      <Button isBusy={isBusy} onPress={onMore}>
        Show more
      </Button>
    </div>
  );
}
