import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MongoClient } from 'mongodb';
import type { ContactDocument } from '../../src/store/contact-document.ts';
import type { ListDocument } from '../../src/store/lists.ts';

// The least that the query must do, in a process of its own: the same query, the lists of the page, the same answer by
// JSON.stringify, on a bare node:http server. The first line of stdout is `{"url": "..."}`.
const [mongodbUri = ''] = process.argv.slice(2);
const client = await new MongoClient(mongodbUri, { maxPoolSize: 32 }).connect();
const contacts = client.db().collection<ContactDocument>('contacts');
const lists = client.db().collection<ListDocument>('lists');

async function answer(): Promise<string> {
  const found = await contacts
    .find()
    .project<Omit<ContactDocument, 'change' | 'notes'>>({ change: 0, notes: 0 })
    .sort({ _id: 1 })
    .limit(51)
    .toArray();
  const listIds = [...new Set(found.flatMap((contact) => contact.lists))];
  const listOf = new Map(
    (await lists.find({ listId: { $in: listIds } }).toArray()).map((list) => [list.listId, list] as const),
  );
  const page = found.slice(0, 50);
  const nodes = page.map(({ _id, contactId, primary, status, syncState, primaryCreatedAt, updatedAt, ...contact }) => ({
    id: _id.toHexString(),
    contactId,
    email: primary?.email,
    firstName: primary?.firstName,
    lastName: primary?.lastName,
    jobTitle: primary?.jobTitle,
    companyName: primary?.companyName,
    anniversary: primary?.anniversary,
    status,
    syncState,
    createdAt: primaryCreatedAt,
    updatedAt,
    lists: contact.lists.map((listId) => ({ listId, name: listOf.get(listId)?.name })),
  }));
  const pageInfo = { hasNextPage: found.length > 50, endCursor: page.at(-1)?._id.toHexString() };
  return JSON.stringify({ data: { contacts: { nodes, pageInfo } } });
}

const server = createServer((request, response) => {
  request.resume().on('end', () => {
    answer().then(
      (body) => response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }).end(body),
      (error: Error) => response.writeHead(500).end(error.message),
    );
  });
}).listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}` })}\n`);
});
process.once('SIGTERM', () => process.exit(0));
