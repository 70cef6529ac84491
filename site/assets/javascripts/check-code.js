// The code on official documents, read as people type it, and the key that stands for it in public.
// The same arithmetic as exports/check_code.py; a browser test holds the two equal.

import { stretch } from "./digest.js";

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH = 16;
const LONGEST_TYPED = 100;
const MISREAD = { O: "0", I: "1", L: "1", U: "V" };
const IGNORED = /[\s._\-\u00b7\u2010-\u2015\u2212\u0000-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu;
const SALT = "openthads document check 1";
const ROUNDS = 20000;
const KEY_BYTES = 16;

/** The code in a text, or what is wrong with it: `empty`, `length`, `sign` or `mistyped`. */
export function readCode(text) {
  if (text.length > LONGEST_TYPED) return { problem: "length" };
  const code = [...text.normalize("NFC").replace(IGNORED, "").toUpperCase()]
    .map((sign) => MISREAD[sign] ?? sign)
    .join("");
  if (!code) return { problem: "empty" };
  if ([...code].some((sign) => !ALPHABET.includes(sign))) return { problem: "sign" };
  if (code.length !== LENGTH) return { problem: "length" };
  return checkCharacter(code.slice(0, -1)) === code.at(-1) ? { code } : { problem: "mistyped" };
}

function checkCharacter(body) {
  let total = 0;
  for (const sign of body) {
    total = (total ^ ALPHABET.indexOf(sign)) << 1;
    if (total > 31) total ^= 0b100101;
  }
  return ALPHABET[total];
}

/** The code in four groups, as it stands on paper. */
export function written(code) {
  return code.match(/.{4}/g).join("-");
}

/** What stands for a code in public: 32 hexadecimal digits, slow to make on purpose. */
export function checkKey(code) {
  return stretch(code, SALT, ROUNDS, KEY_BYTES);
}
