import { type GatewayClient, GatewayError } from '../../client/index.ts';
import type { Gateway } from '../../gateway.ts';
import { InvalidInput } from '../../schema/user-errors.ts';
import type { RowInput } from './contact-input.ts';

/** What became of one contact. */
export type SavedItem =
  | {
      readonly kind: 'SAVED';
      readonly created: boolean;
      readonly changed: boolean;
      /** Why it was not added to lists. */
      readonly refused: readonly string[];
    }
  /** `path` leads from the contact's input; empty: the contact as a whole. */
  | {
      readonly kind: 'REFUSED';
      readonly problems: readonly { readonly path: readonly string[]; readonly message: string }[];
    };

/** Saves contacts, each on its own: answers what became of each, in order. */
export type SaveDoor = (inputs: readonly RowInput[], dryRun: boolean) => Promise<readonly SavedItem[]>;

/** `inputs`, and which of them. */
const PATH_TO_INPUT = 2;
const ofInput = (problems: readonly { readonly path: readonly string[]; readonly message: string }[]) =>
  problems.map(({ path, message }) => ({ path: path.slice(PATH_TO_INPUT), message }));

/** By the mutation of a gateway, wherever it runs. */
export function remoteDoor(client: GatewayClient): SaveDoor {
  return async (inputs, dryRun) => {
    const { saveContacts } = await client.importContacts({ inputs: [...inputs], dryRun });
    if (saveContacts.__typename !== 'SaveContactsSuccess')
      throw new GatewayError(saveContacts.message, saveContacts.code);
    return saveContacts.results.map(({ result }): SavedItem => {
      switch (result.__typename) {
        case 'SaveContactSuccess': {
          const refused = result.refused.map(({ message }) => message);
          return { kind: 'SAVED', created: result.created, changed: result.changed, refused };
        }
        case 'InvalidInput':
          return { kind: 'REFUSED', problems: ofInput(result.problems) };
        default:
          return { kind: 'REFUSED', problems: [{ path: ['contact'], message: result.message }] };
      }
    });
  };
}

/** By the same function as the mutation, of a gateway that was opened in this process: a third less work for each row. */
export function ownDoor(gateway: Pick<Gateway, 'saveContacts'>, callerName: string): SaveDoor {
  return async (inputs, dryRun) => {
    const results = await gateway.saveContacts(inputs, { dryRun, callerName });
    return results.map((result): SavedItem => {
      if (!(result instanceof Error)) {
        const { created, changed, refused } = result;
        return { kind: 'SAVED', created, changed, refused: refused.map(({ message }) => message) };
      }
      if (result instanceof InvalidInput) return { kind: 'REFUSED', problems: ofInput(result.problems) };
      return { kind: 'REFUSED', problems: [{ path: ['contact'], message: result.message }] };
    });
  };
}
