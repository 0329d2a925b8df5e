import { createGatewayClient } from 'contact-sync-gateway/client';

/** One for the whole page. With users that sign in, `headers` gives their token: `() => ({ authorization: ... })`. */
export const gateway = createGatewayClient(import.meta.env.VITE_GATEWAY_URL ?? 'http://127.0.0.1:4000/graphql');
