import { EMPTY_PROFILE, type Profile } from '../model/profile.ts';
import type { ContactView } from '../store/contact-queries.ts';
import { localFields, unifiedProfile } from '../sync/decide/unified-contact.ts';

/** A contact as resolvers see it: what is stored, and the unified profile, made once for all of its fields. */
export interface ContactNode {
  /** Of a page, only the parts that its selection reads, see `selectedContactParts`. */
  readonly stored: ContactView;
  readonly profile: Profile;
}

export function contactNode(stored: ContactView): ContactNode {
  const { primary, local } = stored;
  if (localFields(stored).length === 0) return { stored, profile: primary ?? EMPTY_PROFILE };
  // Local changes overlay all of a profile, also where parts of it were not read.
  return { stored, profile: unifiedProfile({ primary: { ...EMPTY_PROFILE, ...primary }, local }) };
}
