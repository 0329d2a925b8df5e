import type { ReactNode } from 'react';
import { Dialog as AriaDialog, Heading } from 'react-aria-components/Dialog';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';
import { Button } from './button.tsx';

/** Asks before something is done. It holds the focus and gives it back; Escape closes it. */
export function Dialog({
  title,
  isOpen,
  onClose,
  actions,
  children,
}: {
  title: string;
  isOpen: boolean;
  onClose: () => void;
  /** Stands beside the button that closes it. */
  actions: ReactNode;
  children: ReactNode;
}) {
  return (
    <ModalOverlay
      className="overlay"
      isOpen={isOpen}
      isDismissable
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <Modal className="modal">
        <AriaDialog className="dialog">
          <Heading slot="title" level={2}>
            {title}
          </Heading>
          {children}
          <div className="dialog-actions">
            <Button onPress={onClose}>Close</Button>
            {actions}
          </div>
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
