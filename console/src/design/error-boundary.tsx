import { Component, type ReactNode } from 'react';
import { Button } from './button.tsx';
import { Notice } from './notice.tsx';
import { Page } from './page.tsx';

/** Says so where a page cannot be drawn, instead of leaving nothing: after an upgrade its file may have gone. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { hasFailed: boolean }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError(): { hasFailed: boolean } {
    return { hasFailed: true };
  }

  override render(): ReactNode {
    if (!this.state.hasFailed) return this.props.children;
    return (
      <Page title="This page cannot be shown">
        <Notice tone="bad" actions={<Button onPress={() => window.location.reload()}>Load it anew</Button>}>
          <strong>A part of the console is missing, or has failed.</strong>
          <p className="small">
            The gateway may have been upgraded or restarted since this page was loaded: load it anew. If that does not
            help, report what the console of the browser says.
          </p>
        </Notice>
      </Page>
    );
  }
}
