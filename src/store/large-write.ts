/**
 * Options of a write that may be larger than the buffer of a socket (some 200 KB on a Unix socket). A server that stops
 * reading in the middle of it leaves the driver waiting for the socket to drain, and for ever where the connection is given
 * up meanwhile: with a time limit of its own the write ends as one that the store did not answer, and is done again. The
 * limit is told to the server, too, so that nothing is written after it.
 */
export const LARGE_WRITE = { timeoutMS: 30_000 } as const;
