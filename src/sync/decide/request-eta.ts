const DAY_SECONDS = 86_400;

/** How long so many requests take: by the second's ceiling, and where the day's are used up, from the next day on. */
export function requestEtaSeconds(
  requests: number,
  budget: {
    readonly perSecond: number;
    readonly perDay: number;
    readonly remainingToday: number;
    readonly resetsAt: Date;
  },
  now: Date,
): number {
  const seconds = (count: number) => Math.ceil(count / budget.perSecond);
  if (requests <= budget.remainingToday) return seconds(requests);
  const later = requests - budget.remainingToday;
  const fullDays = Math.ceil(later / budget.perDay) - 1;
  const toReset = Math.max(0, Math.ceil((budget.resetsAt.getTime() - now.getTime()) / 1_000));
  return toReset + fullDays * DAY_SECONDS + seconds(later - fullDays * budget.perDay);
}
