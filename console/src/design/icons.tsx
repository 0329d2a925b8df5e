import type { ReactNode } from 'react';

/** Drawn on a grid of 20, in the colour of the text; decoration only. */
function Icon({ children }: { children: ReactNode }) {
  return (
    <svg
      width="18"
      height="18"
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  );
}

export const OverviewIcon = () => (
  <Icon>
    <path d="M3.5 13.5a6.5 6.5 0 1 1 13 0" />
    <path d="m10 13.5 3-4" />
  </Icon>
);
export const RunsIcon = () => (
  <Icon>
    <path d="M4 8h11l-3-3M16 12H5l3 3" />
  </Icon>
);
export const ContactsIcon = () => (
  <Icon>
    <circle cx="10" cy="7" r="3" />
    <path d="M4 16.5c.8-3 3-4.5 6-4.5s5.2 1.5 6 4.5" />
  </Icon>
);
export const DifferencesIcon = () => (
  <Icon>
    <rect x="3" y="4" width="6" height="12" rx="1.5" />
    <path d="M13 6h4M13 10h4M13 14h2" />
  </Icon>
);
export const WebhooksIcon = () => (
  <Icon>
    <path d="M3.5 10.500h4l1.5-5 3 9 1.5-4h3" />
  </Icon>
);
export const ChevronIcon = () => (
  <Icon>
    <path d="m6 8 4 4 4-4" />
  </Icon>
);
export const CheckIcon = () => (
  <Icon>
    <path d="m5 10.5 3.5 3.500L15 6.5" strokeWidth="2.4" />
  </Icon>
);
