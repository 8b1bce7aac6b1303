/** The field of Ed25519 (RFC 8032), and its constant d. */
const P = 2n ** 255n - 19n;
const D = mod(-121665n * inverse(121666n));
const SIGN_BIT = 2n ** 255n;

/**
 * Why this text is no Ed25519 public key that anybody can have made; undefined where it is one. OpenSSL imports any 32 bytes: a key that is no
 * point refuses every payment, and one of the few points of small order can be signed for without a private half.
 */
export function signingKeyFault(base64url: string): string | undefined {
  const bytes = Buffer.from(base64url, "base64url");
  if (bytes.length !== 32 || bytes.toString("base64url") !== base64url) return "is not 32 bytes as base64url";
  const y = BigInt(`0x${Buffer.from(bytes).reverse().toString("hex")}`) % SIGN_BIT;
  if (y >= P) return NO_POINT;
  const y2 = mod(y * y);
  const x2 = mod((y2 - 1n) * inverse(mod(D * y2 + 1n)));
  if (!isSquare(x2)) return NO_POINT;
  return isOfSmallOrder(x2, y2) ? "is a point of small order, as no program makes one" : undefined;
}

const NO_POINT = "is no point on the curve of Ed25519: some letters of it are wrong";

/** Whether eight times the point is the neutral one, (0, 1). Doubling needs the squares alone. */
function isOfSmallOrder(x2: bigint, y2: bigint): boolean {
  let [xx, yy] = [x2, y2];
  let y = 0n;
  for (let doubled = 0; doubled < 3; doubled += 1) {
    y = mod((yy + xx) * inverse(mod(2n + xx - yy)));
    yy = mod(y * y);
    xx = mod((yy - 1n) * inverse(mod(D * yy + 1n)));
  }
  return y === 1n;
}

function isSquare(value: bigint): boolean {
  return value === 0n || power(value, (P - 1n) / 2n) === 1n;
}

function inverse(value: bigint): bigint {
  return power(mod(value), P - 2n);
}

function power(base: bigint, exponent: bigint): bigint {
  let [result, square] = [1n, base];
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = mod(result * square);
    square = mod(square * square);
  }
  return result;
}

function mod(value: bigint): bigint {
  return ((value % P) + P) % P;
}
