/** A refusal, ready to be sent. Bodies have the shapes of the real API: a list for most errors, an object for authorization and limits. */
export class ApiError extends Error {
  readonly status: number;
  readonly body: unknown;

  constructor(status: number, body: unknown) {
    super(JSON.stringify(body));
    this.status = status;
    this.body = body;
  }
}

function listed(status: number, key: string, ...messages: readonly string[]): ApiError {
  return new ApiError(
    status,
    messages.map((error_message) => ({ error_key: key, error_message })),
  );
}

export function invalid(...messages: readonly string[]): ApiError {
  return listed(400, 'contacts.api.validation.error', ...messages);
}

export function notFound(message = 'The requested resource was not found.'): ApiError {
  return listed(404, 'contacts.api.not_found', message);
}

export function conflict(message: string): ApiError {
  return listed(409, 'contacts.api.conflict', message);
}

export function methodNotAllowed(): ApiError {
  return listed(405, 'contacts.api.method_not_allowed', 'Method Not Allowed');
}

export function notAcceptable(): ApiError {
  return listed(406, 'contacts.api.not_acceptable', 'Not Acceptable');
}

export function tooLarge(): ApiError {
  return listed(413, 'contacts.api.request_too_large', 'Request Entity Too Large');
}

export function unsupportedMediaType(): ApiError {
  return listed(415, 'contacts.api.unsupported_media_type', 'Unsupported Media Type');
}

export function queueFull(): ApiError {
  return listed(429, 'contacts.api.too_many_activities', 'The limit of 1,000 queued activities is reached.');
}

export function unauthorized(): ApiError {
  return new ApiError(401, { error_key: 'unauthorized', error_message: 'Unauthorized' });
}

export function forbidden(): ApiError {
  return new ApiError(403, { error_key: 'forbidden', error_message: 'Forbidden' });
}

export function throttled(): ApiError {
  return new ApiError(429, { error_key: 'throttled', error_message: 'Too Many Requests' });
}

export function quotaExceeded(): ApiError {
  return new ApiError(429, { error_key: 'quota_exceeded', error_message: 'Limit Exceeded' });
}
