import type { ObjectId } from 'mongodb';
import type { EditedField } from './fields.ts';

const NAMES = [
  'Ann',
  'Bob',
  'Cleo',
  'Dan',
  'Eve',
  'Finn',
  'Gus',
  'Hal',
  'Ida',
  'Jon',
  'Kim',
  'Lou',
  'Max',
  'Nora',
  'Otto',
];

/** Somebody of the history: what is remembered of what they, the owner and the users here did. */
export interface SomePerson {
  readonly name: string;
  /** Known once the primary has the contact. */
  contactId: string | null;
  /** Of a contact that was created here. */
  readonly documentId: ObjectId | null;
  /** The last own act as to all mail was to leave. */
  isOut: boolean;
  /** When that was. */
  outAt: number;
  /** When the owner deleted the contact last. */
  deletedAt: number;
  /** How often the person has left or come back by an own act. */
  consentActs: number;
  /** Lists that the person or the owner has joined them to, or taken them off, at any time. */
  readonly ownMoves: Set<string>;
  /** Lists that the person left, or was taken off by the owner, and when. */
  readonly left: Map<string, number>;
  /** As `left`, for lists that a user here has asked for afterwards: the account's own will. */
  readonly leftBeforeWish: Map<string, number>;
  /** Addresses that were asked for here before the primary had the contact, in lower case. */
  readonly addresses: Set<string>;
}

export interface LocalEdit {
  readonly documentId: ObjectId;
  readonly person: SomePerson;
  readonly field: EditedField;
  readonly value: string | null;
  /** It is what stood in the primary, as far as was known: nothing to be pushed, and yet a wish. */
  readonly isSetBack: boolean;
}

export interface OwnerEdit {
  readonly person: SomePerson & { contactId: string };
  readonly field: EditedField;
  readonly value: string;
  readonly at: number;
}

export interface LocalWishRecord {
  readonly documentId: ObjectId;
  readonly person: SomePerson;
  readonly listId: string;
  /** The wish that is taken back is the opposite one. */
  readonly kind: 'add' | 'remove';
  readonly isTakenBack: boolean;
}

export interface Memory {
  readonly people: SomePerson[];
  readonly edits: LocalEdit[];
  readonly wishes: LocalWishRecord[];
  readonly ownerEdits: OwnerEdit[];
  /** `contact_id field value` that stood in the primary at some time; `contact_id list_id on|off` as well. */
  readonly stoodInPrimary: Set<string>;
  addPerson(person: { contactId: string | null; documentId?: ObjectId }): SomePerson;
  nameOf(contactId: string): string;
}

export function createMemory(): Memory {
  const people: SomePerson[] = [];
  return {
    people,
    edits: [],
    wishes: [],
    ownerEdits: [],
    stoodInPrimary: new Set(),
    addPerson({ contactId, documentId = null as ObjectId | null }) {
      const person: SomePerson = {
        name: NAMES[people.length] ?? `Person ${people.length}`,
        contactId,
        documentId,
        isOut: false,
        outAt: 0,
        deletedAt: 0,
        consentActs: 0,
        ownMoves: new Set(),
        left: new Map(),
        leftBeforeWish: new Map(),
        addresses: new Set(),
      };
      people.push(person);
      return person;
    },
    nameOf: (contactId) => people.find((person) => person.contactId === contactId)?.name ?? contactId,
  };
}
