/** Amounts are integers in minor units of ISO 4217: 12.50 EUR is 1250, and CLP has no minor unit. */
export type Money = { readonly value: number; readonly currency: string };

export const MAX_AMOUNT_MINOR = 999_999_999_999;

/** ISO 4217 list one, active currencies by the number of their decimals. */
const CURRENCIES_BY_DECIMALS: readonly (readonly [decimals: number, codes: string])[] = [
  [0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"],
  [
    2,
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY " +
      "COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS " +
      "INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR " +
      "MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP " +
      "STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG",
  ],
  [3, "BHD IQD JOD KWD LYD OMR TND"],
  [4, "CLF UYW"],
];

const DECIMALS: ReadonlyMap<string, number> = new Map(
  CURRENCIES_BY_DECIMALS.flatMap(([decimals, codes]) => codes.split(" ").map((code) => [code, decimals] as const)),
);

/** The number of decimals of a currency, or undefined where ISO 4217 does not know it. */
export function decimalsOf(currency: string): number | undefined {
  return DECIMALS.get(currency);
}

/** Reads what a person types, `12.5` or `12.50`; undefined where the currency cannot hold it or the text is no amount. */
export function parseAmount(text: string, currency: string): Money | undefined {
  const decimals = decimalsOf(currency);
  const match = /^(\d{1,12})(?:\.(\d{1,4}))?$/.exec(text);
  if (decimals === undefined || match === null) return undefined;
  const [, whole = "", fraction = ""] = match;
  if (fraction.length > decimals) return undefined;
  const value = Number(whole + fraction.padEnd(decimals, "0"));
  return value <= MAX_AMOUNT_MINOR ? { value, currency } : undefined;
}

/** `12.50 EUR`, for people. */
export function formatMoney(money: Money): string {
  const decimals = decimalsOf(money.currency) ?? 0;
  const digits = String(money.value).padStart(decimals + 1, "0");
  const split = digits.length - decimals;
  const amount = decimals === 0 ? digits : `${digits.slice(0, split)}.${digits.slice(split)}`;
  return `${amount} ${money.currency}`;
}
