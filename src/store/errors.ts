import {
  MongoBulkWriteError,
  MongoError,
  MongoNetworkError,
  MongoNotConnectedError,
  MongoParseError,
  MongoServerError,
  MongoServerSelectionError,
  MongoTopologyClosedError,
} from 'mongodb';
import { DomainError } from '../domain-error.ts';

/** Server error codes, by the names of the server's `error_codes.yml`. */
export const DUPLICATE_KEY = 11000;
const UNAUTHORIZED = 13;
const AUTHENTICATION_FAILED = 18;
const OUT_OF_DISK_SPACE = 14031;
const UNREACHABLE_CODES = new Set([
  6, // HostUnreachable
  7, // HostNotFound
  89, // NetworkTimeout
  91, // ShutdownInProgress
  133, // FailedToSatisfyReadPreference
  189, // PrimarySteppedDown
  9001, // SocketException
  10107, // NotWritablePrimary
  11600, // InterruptedAtShutdown
  11602, // InterruptedDueToReplStateChange
  13435, // NotPrimaryNoSecondaryOk
  13436, // NotPrimaryOrSecondary
]);
const BROKEN_SOCKET_CODES = new Set(['EPIPE', 'ECONNRESET']);
const NO_SPACE = /no space left on device|disk quota exceeded|OutOfDiskSpace/i;

/**
 * A bulk write wraps whatever ended it in an error of its own, a lost connection included; `errorResponse` is the
 * only place where the driver keeps the original.
 */
function unwrapBulkWrite(error: unknown): unknown {
  const original: unknown = error instanceof MongoBulkWriteError ? error.errorResponse : undefined;
  return original instanceof Error ? original : error;
}

/** A write to a connection that the server has just closed comes through the driver as the socket's own error. */
function isBrokenSocket(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && 'code' in error && BROKEN_SOCKET_CODES.has(String(error.code));
}

/** The store did not answer; the same operation may succeed later. */
export function isStoreUnreachable(error: unknown): boolean {
  if (error instanceof DomainError) return error.code === 'STORE_UNREACHABLE';
  const original = unwrapBulkWrite(error);
  if (
    isBrokenSocket(original) ||
    original instanceof MongoNetworkError ||
    original instanceof MongoServerSelectionError ||
    original instanceof MongoNotConnectedError ||
    original instanceof MongoTopologyClosedError ||
    // No connection became free in time: the server has stopped answering on all that there are.
    (original instanceof MongoError && original.name === 'MongoWaitQueueTimeoutError')
  ) {
    return true;
  }
  return original instanceof MongoServerError && UNREACHABLE_CODES.has(Number(original.code));
}

/** A unique index refused a document; also true of a bulk write in which at least one was refused. */
export function isDuplicateKey(error: unknown): boolean {
  if (error instanceof MongoBulkWriteError && [error.writeErrors].flat().some(({ code }) => code === DUPLICATE_KEY)) {
    return true;
  }
  return error instanceof MongoServerError && error.code === DUPLICATE_KEY;
}

/**
 * The one place where the driver's errors become ours: STORE_UNREACHABLE (retryable), STORE_FULL, CONFIG_INVALID
 * (refused credentials, a URI that is none). Everything else, DomainErrors included, is returned as it came.
 */
export function mapStoreError(error: unknown): unknown {
  if (!(error instanceof MongoError || isBrokenSocket(error))) return error;
  if (isOutOfSpace(error)) {
    return new DomainError('STORE_FULL', 'The disk of the MongoDB server is full. Free some space there.', {
      cause: error,
    });
  }
  if (isStoreUnreachable(error)) {
    return new DomainError('STORE_UNREACHABLE', 'MongoDB does not answer. Is it running, and is MONGODB_URI right?', {
      cause: error,
      retryable: true,
    });
  }
  if (error instanceof MongoParseError) {
    return new DomainError('CONFIG_INVALID', `MONGODB_URI cannot be read: ${error.message}`, { cause: error });
  }
  if (error instanceof MongoError && [AUTHENTICATION_FAILED, UNAUTHORIZED].includes(Number(error.code))) {
    return new DomainError('CONFIG_INVALID', 'MongoDB refused the credentials of MONGODB_URI.', { cause: error });
  }
  return error;
}

function isOutOfSpace(error: unknown): boolean {
  return error instanceof MongoServerError && (error.code === OUT_OF_DISK_SPACE || NO_SPACE.test(error.message));
}
