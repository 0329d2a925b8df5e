import type { ErrorCode } from './domain-error.ts';

export interface ErrorEntry {
  readonly happened: string;
  readonly why: string;
  readonly todo: string;
}

/**
 * What each error code says to the person who meets it: what happened, why, what to do. In Markdown, because the
 * reference of errors is written from it. The message of an error tells the same of one case, with its particulars.
 */
export const ERROR_CATALOGUE: Readonly<Record<ErrorCode, ErrorEntry>> = {
  CONFIG_INVALID: {
    happened: 'The gateway or a command did not start; the exit code is 2.',
    why: 'A setting is missing or not right, the port is taken, the data folder cannot be used, or MongoDB refused the credentials.',
    todo: 'Read the message: it names each setting and what it expects. Mend them and start again.',
  },
  STORE_UNREACHABLE: {
    happened: 'MongoDB does not answer. Runs wait and go on by themselves; `/health/ready` says no.',
    why: 'The server is down, elects a new primary, is not reached from here, or is too slow.',
    todo: 'Look at the MongoDB server and the way to it, and at `MONGODB_URI` where the gateway cannot start.',
  },
  STORE_FULL: {
    happened: 'The store could not write.',
    why: 'The disk of the MongoDB server, or of `DATA_DIR`, is full.',
    todo: 'Free some space there. Nothing has to be repaired: what was not stored is done again.',
  },
  STORE_IN_USE: {
    happened: 'The embedded engine did not start.',
    why: 'Another process works on the same `DATA_DIR`: a second gateway, or one that is just stopping.',
    todo: 'Stop the other one, give this one a `DATA_DIR` of its own, or set `MONGODB_URI`: several gateways share a MongoDB server, not a folder.',
  },
  STORE_UNSUPPORTED: {
    happened: 'The gateway did not start.',
    why: 'No MongoDB engine runs on this system, or a newer version of the gateway has written this store.',
    todo: 'Set `MONGODB_URI` to a server of yours; or start the newer version again.',
  },
  INVALID_INPUT: {
    happened: 'Nothing was done.',
    why: 'The input does not make sense.',
    todo: 'Mend what `problems` lists: each says its `path` in the input and what is expected.',
  },
  NOT_FOUND: {
    happened: 'Nothing was done.',
    why: 'No contact, list, run or webhook has this id, or it has gone or ended since.',
    todo: 'Look it up anew; ids of one gateway mean nothing to another.',
  },
  UNAUTHENTICATED: {
    happened: 'The caller was turned away (HTTP 401).',
    why: 'There is no key or token, it is not known, it has expired, or the signature of a webhook is wrong.',
    todo: 'Send `Authorization: Bearer ...` with a key of `API_KEYS` or a valid token. For webhooks compare `WEBHOOK_SECRETS` and the clocks of both machines.',
  },
  AUTH_UNAVAILABLE: {
    happened: 'The caller could not be checked (HTTP 503).',
    why: 'The published keys of the token issuer or of the sender of webhooks cannot be read now.',
    todo: 'Try again. If it lasts, look whether this machine reaches `JWT_JWKS_URL` or `CC_WEBHOOK_JWKS_URL`.',
  },
  FORBIDDEN: {
    happened: 'A field of the operation was refused.',
    why: 'The caller is known, and lacks the scope that the message names.',
    todo: 'Use a key or token with that scope, or have it added to this one.',
  },
  RATE_LIMITED: {
    happened: 'The caller was turned away (HTTP 429).',
    why: 'It asked more often than `CALLER_REQUESTS_PER_MINUTE` allows.',
    todo: 'Wait as `Retry-After` says. Ask for more with each operation, or raise the setting.',
  },
  SYNC_ALREADY_RUNNING: {
    happened: 'No second run was started.',
    why: 'A run of this kind is under way, on this or another instance: there is one of a kind at a time.',
    todo: 'Follow that run, which the answer brings along, or cancel it.',
  },
  NOT_CONNECTED: {
    happened: 'Nothing was sent to Constant Contact.',
    why: 'No account is connected.',
    todo: 'Open `/oauth/connect` in a browser and sign in, or set `CC_ACCESS_TOKEN`.',
  },
  RECONNECT_REQUIRED: {
    happened: 'Runs are paused. Nothing is lost, and they go on by themselves afterwards.',
    why: 'Constant Contact takes the stored token no more: access was withdrawn, it was not used for too long, or `TOKEN_KEY` has changed.',
    todo: 'Open `/oauth/connect` and sign in again. Where `TOKEN_KEY` was changed, name both keys: `new,old`.',
  },
  ACCOUNT_MISMATCH: {
    happened: 'The account was not connected.',
    why: "The store holds another account's contacts: mixing both would write to the wrong people.",
    todo: 'Sign in to the account that was connected before. If the other one is meant, begin at `/oauth/connect?replaceAccount=true`.',
  },
  PARTNER_NOT_CONFIGURED: {
    happened: 'Constant Contact was not asked.',
    why: 'Webhook subscriptions belong to a partner of Constant Contact, and no credentials of one are set.',
    todo: 'Set `CC_PARTNER_CLIENT_ID`, `CC_PARTNER_CLIENT_SECRET` and `CC_PARTNER_API_KEY`, and restart the gateway.',
  },
  REQUEST_BUDGET_EXHAUSTED: {
    happened: 'The run is paused and goes on after 00:00 UTC; a mutation is refused.',
    why: 'The requests of the day are used up by our own count, all instances together, but for a reserve.',
    todo: 'Wait, or pull less often. Raise `CC_REQUESTS_PER_DAY` only if Constant Contact has raised the limit of your application.',
  },
  PRIMARY_THROTTLED: {
    happened: 'A request is made again a moment later.',
    why: 'Constant Contact took it as one too many in a second: something else uses the same application.',
    todo: 'Nothing, if it is rare. Else lower `CC_REQUESTS_PER_SECOND`, or use an application of its own for the gateway.',
  },
  PRIMARY_QUOTA_EXCEEDED: {
    happened: 'The run is paused and goes on after 00:00 UTC.',
    why: "Constant Contact says that the day's requests are used up, though our own count has some left: something else uses the same application.",
    todo: 'Wait; give the gateway an application of its own.',
  },
  PRIMARY_QUEUE_FULL: {
    happened: 'A batch of a push waits, and is planned anew before it is sent.',
    why: 'Constant Contact has too many bulk jobs of the account in its queue.',
    todo: 'Nothing: it goes on when the queue is shorter. Look for other imports of the account if it lasts.',
  },
  PRIMARY_UNAUTHORIZED: {
    happened: 'The run has failed.',
    why: 'Constant Contact does not accept the access token; one given by `CC_ACCESS_TOKEN` has run out.',
    todo: 'Set a fresh token, or connect the account by `CC_CLIENT_ID` and `/oauth/connect`: such tokens renew themselves.',
  },
  PRIMARY_FORBIDDEN: {
    happened: 'The run has failed.',
    why: 'The token lacks the scope `contact_data`, the user lacks a privilege, or the application is deactivated.',
    todo: 'Look at the application and at the role of the user who connected it, then connect again.',
  },
  PRIMARY_REFUSED: {
    happened: 'Constant Contact has refused a request for good.',
    why: 'It does not take what was asked; the message repeats its words.',
    todo: 'Read the message. For a contact, see its `refusals`; for a run, start it again, and report it if it comes back.',
  },
  PRIMARY_NOT_FOUND: {
    happened: 'Constant Contact does not know what was asked for.',
    why: 'It was deleted there meanwhile, or `CC_API_URL` leads elsewhere.',
    todo: 'Pull, so that both sides agree again.',
  },
  PRIMARY_CONFLICT: {
    happened: 'A write was not done.',
    why: 'Another contact in Constant Contact has this email address.',
    todo: 'Look at both contacts; correct the address here, or in Constant Contact.',
  },
  PRIMARY_UNAVAILABLE: {
    happened: 'A request was tried several times without success.',
    why: 'Constant Contact does not answer, answers with an error of its own, or the connection is cut.',
    todo: 'Nothing, if the next run succeeds: it goes on where this one stood. Else look at the network and at the status page of Constant Contact.',
  },
  PRIMARY_BAD_RESPONSE: {
    happened: 'The run has failed.',
    why: 'Constant Contact answered something else than its definition says, or something between here and there did.',
    todo: 'Look at the message, and whether a proxy answers in its place. Report it if it comes back.',
  },
  PRIMARY_RESPONSE_TOO_LARGE: {
    happened: 'The run has failed.',
    why: 'An answer of Constant Contact was larger than anything it should send, and was not read.',
    todo: 'Look whether `CC_API_URL` leads to Constant Contact. Report it if it comes back.',
  },
  LEASE_LOST: {
    happened: 'This instance has stopped working on a run; another has it.',
    why: 'It was silent for more than ten seconds: overloaded, suspended, or cut off from MongoDB.',
    todo: 'Nothing: the run goes on there. If it is frequent, give the instance more processor time.',
  },
  PLAN_STALE: {
    happened: 'Nothing was pushed.',
    why: 'What is to be sent, or whom it may be sent to, has changed since the plan was made.',
    todo: 'Look at the new plan and push that one.',
  },
  MASS_CHANGE: {
    happened: 'The run is paused before it writes; this is its `pauseReason`.',
    why: 'It would delete, unsubscribe or take off lists an unusual share of the contacts: more than 50 of them, and more than one in ten.',
    todo: 'Look at the run. `confirmSync` lets it go on, `cancelSync` ends it.',
  },
  REVISION_CONFLICT: {
    happened: 'The contact was not changed.',
    why: 'Somebody else, or a run, has changed it since it was read.',
    todo: 'Read it again, and save what still is to be saved.',
  },
  EMAIL_TAKEN: {
    happened: 'The contact was not changed.',
    why: 'Another contact has this email address, perhaps one that was deleted in Constant Contact.',
    todo: 'Look at the contact that the answer brings along; change that one, or use another address.',
  },
  CONTACT_ERASED: {
    happened: 'The contact was not saved.',
    why: 'This person was erased on request; a keyed hash of the address keeps it from coming back.',
    todo: 'Nothing: this is what was asked for.',
  },
  CONTACT_BUSY: {
    happened: 'The contact was not erased.',
    why: 'A push is creating it in Constant Contact at this moment.',
    todo: 'Erase it again when the push has ended.',
  },
  CANCELLED: {
    happened: 'The run, or what was asked for, was stopped before its end.',
    why: 'Somebody cancelled it, or the gateway is stopping.',
    todo: 'Start it again when it is wanted; it goes on from what is stored.',
  },
};

/** What GraphQL and HTTP themselves refuse, before any part of the gateway is asked. */
export const TRANSPORT_ERRORS: Readonly<Record<string, ErrorEntry>> = {
  GRAPHQL_PARSE_FAILED: {
    happened: 'The operation was not executed.',
    why: 'It is not GraphQL, or longer than the gateway reads.',
    todo: 'Mend it at the place that the message names.',
  },
  GRAPHQL_VALIDATION_FAILED: {
    happened: 'The operation was not executed.',
    why: 'It asks for something that the schema does not have, or is too deep or has too many aliases.',
    todo: 'Compare it with the [GraphQL reference](graphql.md), or generate the client anew.',
  },
  OPERATION_NOT_LISTED: {
    happened: 'The operation was not executed.',
    why: '`PERSISTED_OPERATIONS` is `required`, and its text is not on the list.',
    todo: 'Add it to `PERSISTED_OPERATIONS_FILE` and restart the gateway.',
  },
  PERSISTED_QUERY_NOT_FOUND: {
    happened: 'The operation was not executed.',
    why: 'No listed operation has the id in `extensions.persistedQuery.sha256Hash`: another version of the client, perhaps.',
    todo: 'Send the text of the operation, or add it to `PERSISTED_OPERATIONS_FILE` and restart the gateway.',
  },
  OPERATION_TOO_COSTLY: {
    happened: 'The operation was not executed.',
    why: 'It could answer too many objects at once.',
    todo: 'Ask for smaller pages, or for fewer things below each.',
  },
  OPERATION_TIMED_OUT: {
    happened: 'The operation was ended. What a mutation had done by then stays done.',
    why: 'It took longer than `OPERATION_TIME_LIMIT_SECONDS`: MongoDB is slow, or many live reads wait for their turns at Constant Contact.',
    todo: 'Ask for less at once. If it lasts, look at MongoDB, or raise the setting.',
  },
  BAD_REQUEST: {
    happened: 'The request was not understood (HTTP 400).',
    why: 'Its body is empty, or not what HTTP or GraphQL over HTTP expect.',
    todo: 'Send the operation as JSON: `{"query": "...", "variables": {}}`.',
  },
  REQUEST_TOO_LARGE: {
    happened: 'The request was not read (HTTP 413).',
    why: 'Its body is larger than the gateway takes.',
    todo: 'Send less at once: `saveContacts` takes a thousand contacts.',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    happened: 'The request was not read (HTTP 415).',
    why: 'A body must come as JSON; so a page of another site cannot send one unasked.',
    todo: 'Set `content-type: application/json`.',
  },
  OVERLOADED: {
    happened: 'The operation was turned away (HTTP 503).',
    why: 'The gateway is so busy that its event loop is more than `OVERLOAD_LAG_MS` late.',
    todo: 'Try again as `Retry-After` says. If it lasts, give the gateway more processor time, or run more instances.',
  },
  MISDIRECTED_REQUEST: {
    happened: 'The request was turned away (HTTP 421).',
    why: 'It came under a name that is not one of this machine, while nobody is asked who they are: a page of another site may be behind it.',
    todo: 'Use `127.0.0.1` or `localhost`. To serve other machines and names, set `API_KEYS` or `JWT_JWKS_URL`.',
  },
  INTERNAL_SERVER_ERROR: {
    happened: 'The operation, or a field of it, has failed.',
    why: 'A defect of the gateway.',
    todo: 'Report it with what the log says under the `requestId` of the error.',
  },
};
