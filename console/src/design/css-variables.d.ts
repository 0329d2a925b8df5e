import 'react';

declare module 'react' {
  interface CSSProperties {
    /** Variables of the style sheets that a component sets. */
    [variable: `--${string}`]: string | number | undefined;
  }
}
