const whole = new Intl.NumberFormat();
const short = new Intl.NumberFormat(undefined, { notation: 'compact', maximumFractionDigits: 1 });
const percentage = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 1 });

export const formatCount = (value: number): string => whole.format(value);
/** For axes and tight places: 1.2K. */
export const formatShort = (value: number): string => short.format(value);
/** Of a share between 0 and 1. */
export const formatShare = (share: number): string => percentage.format(share);

export function formatBytes(bytes: number): string {
  if (bytes < 1_000) return `${whole.format(bytes)} B`;
  return bytes < 1_000_000 ? `${short.format(bytes / 1_000)} kB` : `${short.format(bytes / 1_000_000)} MB`;
}

/** `1 contact`, `2,000 contacts`. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${formatCount(value)} ${value === 1 ? one : many}`;
}
