const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 44rem; margin: 3rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; } dt { font-weight: 600; } dd { margin: 0 0 .5rem; } code { font-size: .95em; }
#problem { color: #b3261e; }`;

const SCRIPT = `
const query = '{ syncStatus { connection store { kind version } contactsWatermark' +
  ' active { kind mode phase percent etaSeconds counts { fetched } } budget { usedToday perDay } } }';
const say = (id, text) => { document.getElementById(id).textContent = text; };
async function refresh() {
  try {
    const response = await fetch('/graphql', {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query }),
    });
    const { data, errors } = await response.json();
    if (errors) throw new Error(errors[0].message);
    const { connection, store, contactsWatermark, active, budget } = data.syncStatus;
    say('connection', connection);
    say('store', store.kind + ' ' + store.version);
    say('synced', contactsWatermark ?? 'not yet');
    say('runs', active.map((run) => run.kind + ' ' + run.mode + ': ' + run.phase + ', ' + run.counts.fetched + ' contacts read' +
      (run.percent === null ? '' : ', ' + Math.floor(run.percent) + ' %') +
      (run.etaSeconds === null ? '' : ', about ' + run.etaSeconds + ' s left')).join('; ') || 'none');
    say('budget', budget.usedToday + ' of ' + budget.perDay + ' requests used today');
    say('problem', '');
  } catch (error) {
    say('problem', 'The gateway does not answer: ' + error.message);
  }
  setTimeout(refresh, 2000);
}
refresh();`;

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Contact sync gateway</title>
<style>${STYLE}</style>
</head>
<body>
<h1>Contact sync gateway</h1>
<p>Constant Contact and MongoDB contacts in step, behind one GraphQL API.</p>
<dl>
<dt>Connection</dt><dd id="connection">…</dd>
<dt>Store</dt><dd id="store">…</dd>
<dt>Contacts in step up to</dt><dd id="synced">…</dd>
<dt>Runs under way</dt><dd id="runs">…</dd>
<dt>Request budget</dt><dd id="budget">…</dd>
</dl>
<p id="problem" role="status"></p>
<ul>
<li><a href="/graphql">/graphql</a>: GraphiQL here, the API for programs (POST, GET, SSE, WebSocket)</li>
<li><a href="/health/live">/health/live</a> and <a href="/health/ready">/health/ready</a></li>
<li><a href="/metrics">/metrics</a> for Prometheus</li>
</ul>
<script>${SCRIPT}</script>
</body>
</html>
`;

/** The page at `/` and the policy that lets exactly its own style and script run. `hash` gives base64 of SHA-256. */
export function createLandingPage(hash: (text: string) => string): { html: string; contentSecurityPolicy: string } {
  return {
    html: PAGE,
    contentSecurityPolicy: [
      "default-src 'none'",
      `style-src 'sha256-${hash(STYLE)}'`,
      `script-src 'sha256-${hash(SCRIPT)}'`,
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
  };
}
