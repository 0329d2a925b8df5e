import { type ComponentType, lazy, Suspense, useEffect, useRef } from 'react';
import { useSubscription } from 'urql';
import { Link, Route, Switch, useLocation } from 'wouter';
import { Button } from './design/button.tsx';
import { ErrorBoundary } from './design/error-boundary.tsx';
import { ContactsIcon, DifferencesIcon, OverviewIcon, RunsIcon, WebhooksIcon } from './design/icons.tsx';
import { Empty, Loading } from './design/notice.tsx';
import { Page } from './design/page.tsx';
import { useGateway } from './gateway/gateway-context.ts';
import { RunChangedDocument } from './gateway/generated.ts';
import icon from './icon.svg';
import { OverviewPage } from './pages/overview/overview-page.tsx';

// The first page comes with the shell; the others when they are gone to.
const RunsPage = lazy(async () => ({ default: (await import('./pages/runs/runs-page.tsx')).RunsPage }));
const RunPage = lazy(async () => ({ default: (await import('./pages/runs/run-page.tsx')).RunPage }));
const ContactsPage = lazy(async () => ({ default: (await import('./pages/contacts/contacts-page.tsx')).ContactsPage }));
const ContactPage = lazy(async () => ({ default: (await import('./pages/contacts/contact-page.tsx')).ContactPage }));
const DifferencesPage = lazy(async () => ({
  default: (await import('./pages/differences/differences-page.tsx')).DifferencesPage,
}));
const WebhooksPage = lazy(async () => ({ default: (await import('./pages/webhooks/webhooks-page.tsx')).WebhooksPage }));

const PLACES: readonly { path: string; title: string; icon: ComponentType }[] = [
  { path: '/', title: 'Overview', icon: OverviewIcon },
  { path: '/runs', title: 'Runs', icon: RunsIcon },
  { path: '/contacts', title: 'Contacts', icon: ContactsIcon },
  { path: '/differences', title: 'Differences', icon: DifferencesIcon },
  { path: '/webhooks', title: 'Webhooks', icon: WebhooksIcon },
];

function Navigation() {
  const [location] = useLocation();
  const isAt = (path: string) => (path === '/' ? location === '/' : location.startsWith(path));
  return (
    <nav className="nav" aria-label="Pages">
      {PLACES.map(({ path, title, icon: PlaceIcon }) => (
        <Link key={path} href={path} {...(isAt(path) ? { 'aria-current': 'page' } : {})}>
          <PlaceIcon />
          {title}
        </Link>
      ))}
    </nav>
  );
}

/** Begins each page that is gone to at its top, for the eye and for the keyboard; going back stays where it was. */
function useArrival(location: string): void {
  const arrived = useRef(location);
  const wentBack = useRef(false);
  useEffect(() => {
    const onBack = () => {
      wentBack.current = true;
    };
    window.addEventListener('popstate', onBack);
    return () => window.removeEventListener('popstate', onBack);
  }, []);
  useEffect(() => {
    if (arrived.current === location) return;
    arrived.current = location;
    document.getElementById('main')?.focus({ preventScroll: true });
    if (!wentBack.current) window.scrollTo(0, 0);
    wentBack.current = false;
  }, [location]);
}

/** Navigation and the page that is gone to. Keeps every page up to date with what runs do. */
export function Shell() {
  const { isLive, signOut } = useGateway();
  const [location] = useLocation();
  useArrival(location);
  // The cache takes it from here, see create-gateway.ts.
  useSubscription({ query: RunChangedDocument });
  return (
    <>
      <a className="skip" href="#main">
        Skip to content
      </a>
      <div className="shell">
        <header className="sidebar">
          <Link className="brand" href="/">
            <img src={icon} alt="" />
            Contact sync gateway
          </Link>
          <Navigation />
          <div className="sidebar-foot">
            <span className="live" data-live={isLive} role="status">
              {isLive ? 'Live' : 'Connecting'}
            </span>
            {signOut === null ? null : (
              <Button kind="quiet" onPress={signOut}>
                Sign out
              </Button>
            )}
          </div>
        </header>
        <main id="main" tabIndex={-1}>
          <ErrorBoundary key={location}>
            <Suspense fallback={<Loading lines={8} />}>
              <Switch>
                <Route path="/" component={OverviewPage} />
                <Route path="/runs">
                  <RunsPage />
                </Route>
                <Route path="/runs/:id">{({ id }) => <RunPage key={id} id={decodeURIComponent(id)} />}</Route>
                <Route path="/contacts">
                  <ContactsPage />
                </Route>
                <Route path="/contacts/:id">{({ id }) => <ContactPage key={id} id={decodeURIComponent(id)} />}</Route>
                <Route path="/differences">
                  <DifferencesPage />
                </Route>
                <Route path="/webhooks">
                  <WebhooksPage />
                </Route>
                <Route>
                  <Page title="Not found">
                    <Empty title="There is no page at this address">
                      <Link href="/">Overview</Link>
                    </Empty>
                  </Page>
                </Route>
              </Switch>
            </Suspense>
          </ErrorBoundary>
        </main>
      </div>
    </>
  );
}
