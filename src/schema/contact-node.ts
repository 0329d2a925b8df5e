import type { Profile } from '../model/profile.ts';
import type { ContactView } from '../store/contact-queries.ts';
import { unifiedProfile } from '../sync/decide/unified-contact.ts';

/** A contact as resolvers see it: what is stored, and the unified profile, made once for all of its fields. */
export interface ContactNode {
  readonly stored: ContactView;
  readonly profile: Profile;
}

export function contactNode(stored: ContactView): ContactNode {
  return { stored, profile: unifiedProfile(stored) };
}
