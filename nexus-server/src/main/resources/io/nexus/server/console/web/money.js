// Money as whole nano-dollars in a BigInt, as the gateway counts it: sums are exact and nothing is rounded.

const PER_DOLLAR = 1_000_000_000n;
const DIGITS = 9;

// The fields of the API's answers that are amounts of US dollars.
const AMOUNT =
  /(_usd|_usd_per_million)$|^(limit|spent|held|remaining|required|amount|increase|configured_limit)$/;

/** The nano-dollars of a decimal number as JSON writes one; null for any other text. */
export function nanos(text) {
  const parts = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(text.trim());
  if (!parts || parts[2] + parts[3] === "") return null;
  const shift = DIGITS + Number(parts[4] ?? 0) - parts[3].length;
  let digits = parts[2] + parts[3];
  if (shift >= 0) {
    digits += "0".repeat(shift);
  } else {
    const cut = digits.padStart(1 - shift, "0");
    if (/[^0]/.test(cut.slice(shift))) return null;
    digits = cut.slice(0, shift);
  }
  return BigInt(parts[1] + digits);
}

/** Amounts in an answer become nano-dollars by the digits that came, where the browser shows them. */
export function parse(text) {
  return JSON.parse(text, (name, value, context) =>
    typeof value === "number" && AMOUNT.test(name)
      ? nanos(context?.source ?? String(value))
      : value,
  );
}

/** The plain decimal of an amount, without trailing zeros. */
export function decimal(amount) {
  const { sign, whole, rest } = parts(amount);
  return sign + whole + (rest ? "." + rest : "");
}

/** JSON in which amounts are numbers with all their decimals. */
export function stringify(value) {
  if (typeof value === "bigint") return decimal(value);
  if (Array.isArray(value)) return "[" + value.map(stringify).join(",") + "]";
  if (value && typeof value === "object") {
    const fields = Object.entries(value).filter(([, field]) => field !== undefined);
    return "{" + fields.map(([name, field]) => JSON.stringify(name) + ":" + stringify(field)).join(",") + "}";
  }
  return JSON.stringify(value);
}

/** Sign, dollars and the decimals that are not trailing zeros. */
export function parts(amount) {
  const size = amount < 0n ? -amount : amount;
  return {
    sign: amount < 0n ? "-" : "",
    whole: (size / PER_DOLLAR).toString(),
    rest: (size % PER_DOLLAR).toString().padStart(DIGITS, "0").replace(/0+$/, ""),
  };
}

/** For what needs no exactness: pixels, rates, forecasts. */
export const dollars = (amount) => Number(amount) / 1e9;

/** A text such as $1,234.50 or $0.0001: all decimals that are not zero, two at least. */
export function text(amount) {
  const { sign, whole, rest } = parts(amount);
  return sign + "$" + grouped(whole) + "." + rest.padEnd(2, "0");
}

export const grouped = (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ",");
