/** JSON whose long numbers come out as texts with all their digits, because a JavaScript number would round them. */

const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g;
/** A double holds every decimal number of up to 15 digits so that it prints as it was. */
const SAFE_LENGTH = 15;
const LONG_NUMBER = /\d[\d.]{15}/;

/**
 * Like JSON.parse, but a number that is written with more than 15 characters becomes a string of these characters.
 * @example parseLossless('{"a":12345678901234567890,"b":1.5}') // { a: "12345678901234567890", b: 1.5 }
 */
export function parseLossless(text: string): unknown {
  return JSON.parse(LONG_NUMBER.test(text) ? text.replace(STRING_OR_NUMBER, quoteIfLong) : text);
}

function quoteIfLong(token: string): string {
  return token.startsWith('"') || token.length <= SAFE_LENGTH ? token : `"${token}"`;
}
