import { createEmailClaims, type EmailOwner } from './email-claims.ts';
import { compareText, createGatherer } from './gather-batches.ts';
import {
  type ContactRoute,
  type PendingContact,
  type PlanContext,
  planContact,
  type RefusedWork,
} from './plan-contact.ts';
import { batchLength, contentOf, couldRevive, type PlannedBatch } from './push-batches.ts';
import { REFUSAL_MESSAGES, type RefusalReason } from './refusals.ts';
import { createNameSharing } from './share-names.ts';
import { emailKey } from './unified-contact.ts';

export interface PushPlanOptions {
  readonly context: PlanContext;
  /**
   * The stored contacts of the primary with this email, pending or not (`emailOwnerOf`): an import of a new contact with
   * the address of one who has left would bring that one back. Asked in `finish`, once for each new address.
   */
  readonly emailOwners: (emailKey: string) => readonly EmailOwner[];
  /** A cryptographic hash of the parts, one after the other, as text. */
  readonly hash: (parts: Iterable<string>) => string;
}

export interface PushPlan {
  /** In the order of sending. */
  readonly batches: readonly PlannedBatch[];
  readonly refused: readonly RefusedWork[];
  /** Contacts that the batches name. */
  readonly contactCount: number;
  /** `total` is an estimate: what sending takes is exact, how often jobs are looked at is not. */
  readonly apiRequests: {
    /** Looks at what has changed, right before each batch: at changes and opt-outs, and at deletions where it could revive. */
    readonly look: number;
    readonly send: number;
    readonly poll: number;
    readonly confirm: number;
    readonly total: number;
  };
  /** Over all that would be sent, whatever the order in which contacts came. */
  readonly planHash: string;
}

/** Takes contacts one by one, so that the caller may read them page by page; `finish` makes the plan. */
export interface PushPlanner {
  add(contact: PendingContact): void;
  /** A contact that is not to be planned, but whose address in the primary is not free for others. */
  reserve(contact: PendingContact): void;
  finish(): PushPlan;
}

/** As little as possible is kept of each contact; the whole one only where it may have to be decided again. */
interface Staged {
  readonly id: string;
  readonly contactId: string | null;
  readonly revision: number;
  readonly route: ContactRoute;
  readonly again: PendingContact | null;
}

/** Plans a push. Pure and deterministic: the same contacts in any order make the same plan. */
export function planPush({ contacts, ...options }: PushPlanOptions & { contacts: Iterable<PendingContact> }): PushPlan {
  const planner = createPushPlanner(options);
  for (const contact of contacts) planner.add(contact);
  return planner.finish();
}

export function createPushPlanner({ context, emailOwners, hash }: PushPlanOptions): PushPlanner {
  const claims = createEmailClaims(emailOwners);
  const share = createNameSharing();
  const staged: Staged[] = [];
  const refused: RefusedWork[] = [];

  function add(contact: PendingContact): void {
    claims.own(contact);
    const { route, refused: parts } = planContact(contact, context);
    for (const part of parts) refused.push(part);
    if (route.kind === 'NONE') return;
    const again = route.kind === 'PUT' && route.writes.some(({ field }) => field === 'email') ? contact : null;
    const { id, contactId, revision } = contact;
    staged.push({ id, contactId, revision, route: share(route), again });
  }

  function refuse(id: string, subject: string, reason: RefusalReason): void {
    refused.push({ id, subject, reason, message: REFUSAL_MESSAGES[reason] });
  }

  /** The route after a look at who else has or wants the address. */
  function claimed(item: Staged): ContactRoute {
    const { id, contactId, route, again } = item;
    const key = addressOf(route);
    if (key === null) return route;
    const reason = claims.want(key, { id, isNew: contactId === null || again !== null });
    if (reason === null) return route;
    if (again === null) {
      refuse(id, 'contact', reason);
      return { kind: 'NONE' };
    }
    // Whatever became of the other one: the reason must not be read as one of this contact's own state.
    refuse(id, 'email', 'DUPLICATE_EMAIL');
    return claimed({ ...item, again: null, route: planContact(again, context, { withoutEmail: true }).route });
  }

  return {
    add,
    reserve: claims.own,
    finish() {
      staged.sort((a, b) => compareText(a.id, b.id));
      const gathered = createGatherer();
      // Contacts of the primary come first: who is new gives way.
      for (const isNew of [false, true]) {
        for (const item of staged) {
          if ((item.contactId === null) === isNew) gathered.take(item, claimed(item));
        }
      }
      const batches = gathered.batches(context.limits);
      refused.sort((a, b) => compareText(a.id, b.id) || compareText(a.subject, b.subject));
      return {
        batches,
        refused,
        contactCount: gathered.contactCount(),
        apiRequests: countRequests(batches),
        planHash: hash(contentOf(batches)),
      };
    },
  };
}

/** The key of the address that a route sends, or null where it is none: those go by `contact_id`. */
function addressOf(route: ContactRoute): string | null {
  if (route.kind === 'IMPORT' || route.kind === 'CREATE') return route.emailKey;
  if (route.kind !== 'PUT') return null;
  const email = route.writes.find(({ field }) => field === 'email')?.value;
  return typeof email === 'string' ? emailKey(email) : null;
}

/** One look at the collection of activities follows up to this many jobs (API-FACTS section 6). */
const ACTIVITIES_PER_POLL = 500;
/** How often a stage's jobs are looked at before they have ended, as a rule. */
const POLLS_PER_STAGE = 3;
const CONTACTS_PER_READ = 500;

function countRequests(batches: readonly PlannedBatch[]): PushPlan['apiRequests'] {
  const send = batches.reduce((sum, { requests }) => sum + requests, 0);
  const look = batches.reduce((sum, batch) => sum + (couldRevive(batch) ? 3 : 2), 0);
  let poll = 0;
  let confirm = 0;
  for (const stage of [1, 2]) {
    const jobs = batches.filter((batch) => batch.stage === stage && batch.kind !== 'PUT' && batch.kind !== 'CREATE');
    poll += Math.ceil(jobs.length / ACTIVITIES_PER_POLL) * POLLS_PER_STAGE;
    // A PUT and a creation answer with the contact as it is now.
    confirm += Math.ceil(jobs.reduce((sum, batch) => sum + batchLength(batch), 0) / CONTACTS_PER_READ);
  }
  return { look, send, poll, confirm, total: look + send + poll + confirm };
}
