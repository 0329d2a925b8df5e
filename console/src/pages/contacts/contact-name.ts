interface Named {
  readonly email: string | null;
  readonly firstName: string | null;
  readonly lastName: string | null;
}

export function fullName({ firstName, lastName }: Pick<Named, 'firstName' | 'lastName'>): string {
  return [firstName, lastName].filter((part) => part !== null && part !== '').join(' ');
}

/** What a contact is called: its address, else its name. */
export function contactTitle(contact: Named): string {
  return contact.email ?? (fullName(contact) || 'Without address or name');
}

export function contactPath(id: string): string {
  return `/contacts/${encodeURIComponent(id)}`;
}
