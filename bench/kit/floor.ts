import { MongoClient } from 'mongodb';
import { Pool } from 'undici';

// The least that a pull must do, in a process of its own: GET the same pages, parse them, insert the rows as they came.
const [sandboxUrl = '', mongodbUri = ''] = process.argv.slice(2);
const pool = new Pool(sandboxUrl, { connections: 1 });
const client = await new MongoClient(mongodbUri).connect();
const collection = client.db().collection('floor');
const include = 'custom_fields,list_memberships,taggings,notes,phone_numbers,street_addresses';

let path: string | undefined = `/v3/contacts?status=all&include=${include}&include_count=true&limit=500`;
let rows = 0;
let requests = 0;
const startedAt = performance.now();
while (path !== undefined) {
  const response = await pool.request({ method: 'GET', path, headers: { authorization: 'Bearer sandbox' } });
  const page = JSON.parse(await response.body.text()) as {
    contacts: object[];
    _links?: { next?: { href?: string } };
  };
  if (page.contacts.length > 0) await collection.insertMany(page.contacts, { ordered: false });
  rows += page.contacts.length;
  requests += 1;
  path = page._links?.next?.href;
}
const durationMs = performance.now() - startedAt;
await client.close();
await pool.close();
process.stdout.write(`${JSON.stringify({ rows, requests, durationMs })}\n`);
