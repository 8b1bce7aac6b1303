/** What is said of a POS program, with `pos add` and `pos set`. */
export const POS_OPTIONS = [
  { flags: "--scopes <SCOPES...>", what: "what it may do: status pay refund ...", repeatable: true },
  { flags: "--shared", what: "several installations may use the name at the same time" },
  {
    flags: "--limit <OPERATION=AMOUNT>",
    what: "the most of one operation, as sale=500.00EUR, or of a day, as refund=50.00EUR/day; may be repeated, in place of the limits there are",
    repeatable: true,
  },
  { flags: "--signing-key <KEY>", what: "of its back office: a PEM file with an Ed25519 public key, or its base64url" },
  { flags: "--lan", what: "it may connect, and be paired, from other machines of the shop" },
] as const;
