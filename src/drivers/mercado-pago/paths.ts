/** Where what is asked (mercado-pago.md 1.1, 2, 3, 4.6, 8). */
export const PATHS = {
  orders: "/v1/orders",
  terminals: "/terminals/v1/list",
  setup: "/terminals/v1/setup",
  actions: "/terminals/v1/actions",
  token: "/oauth/token",
  devices: "/point/integration-api/devices",
} as const;
