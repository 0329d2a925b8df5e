import type { Birthday } from '../../model/profile.ts';

/** What is wrong with one part of an input: `path` leads to it. */
export interface InputProblem {
  readonly path: readonly string[];
  readonly message: string;
}

export type ReportProblem = (message: string, ...path: readonly string[]) => void;

/** Lengths, counts and formats of the API (API-FACTS sections 3 and 6). Lengths are in UTF-16 units, the widest reading. */
export const INPUT_LIMITS = {
  name: 50,
  email: 80,
  phoneNumber: 25,
  phoneNumbers: 3,
  street: 255,
  addressPart: 50,
  streetAddresses: 3,
  customFieldValue: 255,
  customFields: 25,
} as const;

/** Controls, and halves of characters: no text that a person writes. */
const UNFIT = /[\p{Cc}\p{Cs}]/u;
const UNFIT_IN_LINES = /[^\P{Cc}\t\r\n]|\p{Cs}/u;
/** Stricter than what mail allows, as strict as what mail services take: one `@`, no blanks or brackets, a dotted domain. */
const EMAIL = /^[^\s@<>()",;:[\]\\]+@(?:[^\s@<>()",;:[\]\\.]+\.)+[^\s@<>()",;:[\]\\.]+$/u;

/** Trimmed text; null for none. */
export function parseText(
  raw: unknown,
  { max, isMultiline = false, report }: { max: number; isMultiline?: boolean; report: ReportProblem },
): string | null {
  if (raw === null || raw === undefined) return null;
  if (typeof raw !== 'string') {
    report('must be text');
    return null;
  }
  const text = raw.trim();
  if (text.length > max) report(`has ${text.length} characters; Constant Contact takes ${max} at most`);
  if ((isMultiline ? UNFIT_IN_LINES : UNFIT).test(text)) {
    report('holds a control character or half of a character, which no text has');
  }
  return text === '' ? null : text;
}

export function parseEmail(raw: unknown, report: ReportProblem): string | null {
  const email = parseText(raw, { max: INPUT_LIMITS.email, report });
  if (email !== null && !EMAIL.test(email)) report('is not an email address');
  return email;
}

const BIRTHDAY = /^(?:--)?(\d{1,2})[-/](\d{1,2})$/;

/** A day of a year without the year: `{month, day}`, or text as `MM-DD`, `M/D` or `--MM-DD`. */
export function parseBirthday(raw: unknown, report: ReportProblem): Birthday | null {
  if (raw === null || raw === undefined || raw === '') return null;
  const [, month, day] = typeof raw === 'string' ? (BIRTHDAY.exec(raw.trim()) ?? []) : [];
  const birthday = typeof raw === 'string' ? { month: Number(month), day: Number(day) } : birthdayOf(raw);
  // 2000 had a 29 February.
  if (birthday !== null && isDate(2000, birthday.month, birthday.day)) return birthday;
  report('must be a month and a day that exist, as MM-DD');
  return null;
}

function birthdayOf(raw: unknown): Birthday | null {
  if (typeof raw !== 'object' || raw === null || !('month' in raw) || !('day' in raw)) return null;
  const { month, day } = raw;
  return typeof month === 'number' && typeof day === 'number' ? { month, day } : null;
}

const YEAR_FIRST = /^(\d{4})(?:-(\d{1,2})-|\/(\d{1,2})\/)(\d{1,2})$/;
const YEAR_LAST = /^(\d{1,2})(?:-(\d{1,2})-|\/(\d{1,2})\/)(\d{4})$/;

/** Every form that the API takes; answers `YYYY-MM-DD`, in which it reads back. */
export function parseAnniversary(raw: unknown, report: ReportProblem): string | null {
  if (raw === null || raw === undefined || raw === '') return null;
  const date = typeof raw === 'string' ? dateOf(raw.trim()) : null;
  if (date === null || !isDate(date.year, date.month, date.day)) {
    report('must be a day that exists, as YYYY-MM-DD or MM/DD/YYYY');
    return null;
  }
  const twoDigits = (part: number) => String(part).padStart(2, '0');
  return `${String(date.year).padStart(4, '0')}-${twoDigits(date.month)}-${twoDigits(date.day)}`;
}

function dateOf(text: string): { year: number; month: number; day: number } | null {
  const yearFirst = YEAR_FIRST.exec(text);
  if (yearFirst !== null) {
    const [, year, month, slashMonth, day] = yearFirst;
    return { year: Number(year), month: Number(month ?? slashMonth), day: Number(day) };
  }
  const yearLast = YEAR_LAST.exec(text);
  if (yearLast === null) return null;
  const [, month, day, slashDay, year] = yearLast;
  return { year: Number(year), month: Number(month), day: Number(day ?? slashDay) };
}

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function isDate(year: number, month: number, day: number): boolean {
  if (!Number.isInteger(month) || !Number.isInteger(day) || year < 1) return false;
  const isLeapYear = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = month === 2 && isLeapYear ? 29 : DAYS[month - 1];
  return days !== undefined && day >= 1 && day <= days;
}
