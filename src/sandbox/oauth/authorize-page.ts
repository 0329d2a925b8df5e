import type { ApiResponse } from '../http/route.ts';

/** The page on which the owner allows or denies. A form without scripts, so that any browser, and any test, can send it. */
export function authorizePage(
  fields: URLSearchParams,
  { clientId, scopes }: { clientId: string; scopes: readonly string[] },
): ApiResponse {
  const hidden = [...fields]
    .map(([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`)
    .join('');
  const items = scopes.map((scope) => `<li>${escapeHtml(scope)}</li>`).join('');
  return page(
    200,
    `<h1>Allow access?</h1>
<p><strong>${escapeHtml(clientId)}</strong> asks for access to the sandbox account:</p>
<ul>${items}</ul>
<form method="post" action="/oauth2/default/v1/authorize">${hidden}
<button type="submit" name="decision" value="allow" id="allow">Allow</button>
<button type="submit" name="decision" value="deny" id="deny">Deny</button>
</form>`,
  );
}

export function errorPage(message: string): ApiResponse {
  return page(400, `<h1>The request cannot be answered</h1><p>${escapeHtml(message)}</p>`);
}

function page(status: number, content: string): ApiResponse {
  return {
    status,
    contentType: 'text/html;charset=UTF-8',
    headers: { 'cache-control': 'no-store', 'x-frame-options': 'DENY' },
    body: `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Sandbox authorization</title></head>
<body>${content}</body></html>
`,
  };
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
