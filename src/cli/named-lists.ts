import type { GatewayClient } from '../client/index.ts';
import { CommandFailure, EXIT } from './exit-codes.ts';

/**
 * A list that does not exist would refuse each row of an import, and an export of its members would hold nobody.
 * @throws CommandFailure that names it
 */
export async function checkLists(client: GatewayClient, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const { contactList } = await client.contactList({ by: { name } });
    if (contactList === null || contactList.goneAt !== null)
      throw new CommandFailure(
        EXIT.usage,
        `--list: there is no list ${JSON.stringify(name)}. Lists are made in Constant Contact, and known here after a sync.`,
      );
  }
}
