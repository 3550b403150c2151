/**
 * Vectors from one encoding to the other: a list of numbers, or the base64 of 32-bit floats, the
 * lowest byte first.
 *
 * Both say the same where their 32-bit floats are equal. A list may say more, because some servers
 * compute with 64 bits; asked for base64 they would have given what is made of it here.
 *
 * @module
 */

/**
 * The base64 of a list.
 *
 * @param list JSON text.
 * @returns JSON text; `null` where a number is too large for 32 bits.
 */
export function toBase64(list: string): string | null {
  const numbers: number[] = JSON.parse(list);
  const floats = new DataView(new ArrayBuffer(4 * numbers.length));
  for (const [index, number] of numbers.entries()) {
    if (!Number.isFinite(Math.fround(number))) return null;
    floats.setFloat32(4 * index, number, true);
  }
  return JSON.stringify(btoa(latin(new Uint8Array(floats.buffer))));
}

/**
 * The list that base64 stands for.
 *
 * @param base64 JSON text.
 * @returns JSON text; `null` where it is no base64 of 32-bit floats, or JSON has no word for one of
 *   them.
 */
export function toList(base64: string): string | null {
  const bytes = bytesOf(JSON.parse(base64));
  if (bytes === null || bytes.length === 0 || bytes.length % 4 !== 0) return null;
  const floats = new DataView(bytes.buffer);
  const numbers: string[] = [];
  for (let at = 0; at < bytes.length; at += 4) {
    const float = floats.getFloat32(at, true);
    if (!Number.isFinite(float)) return null;
    numbers.push(Object.is(float, -0) ? "-0" : String(shortest(float)));
  }
  return `[${numbers.join()}]`;
}

/** Powers of ten that a double holds exactly, so that a division by them is rounded once. */
const POWERS = Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));

/**
 * The number with the fewest digits that is this 32-bit float: that is what providers write (all
 * 9 226 numbers among the recordings). `toPrecision` finds it too, and takes 2 µs.
 */
function shortest(float: number): number {
  const size = Math.floor(Math.log10(Math.abs(float)));
  for (let digits = 6; digits <= 9; digits++) {
    const power = POWERS[digits - 1 - size];
    const decimal = power === undefined
      ? Number(float.toPrecision(digits))
      : Math.round(float * power) / power;
    if (Math.fround(decimal) === float) return decimal;
  }
  return Number(float.toPrecision(9));
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}

/** Arguments have their place on the stack, so not all bytes at once. */
function latin(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 4096) {
    text += String.fromCharCode(...bytes.subarray(at, at + 4096));
  }
  return text;
}
