// Vietnamese text as search keys. The same rules, to the character, as exports/text.py: a test holds the two equal.

const BLANKS = /[\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/gu;
const SPACE = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/g;
const INVISIBLE = /[\p{Cc}\p{Cf}]/gu;
const LONE_SURROGATE = /\p{Cs}/gu;
const TONES = /[\u0300\u0301\u0303\u0309\u0323]/g;

/** NFC, look-alike letters mapped, invisible characters removed, white space single. */
export function cleanText(text) {
  return text
    .replace(BLANKS, "")
    .replace(SPACE, " ")
    .replace(INVISIBLE, "")
    .replace(LONE_SURROGATE, "\ufffd")
    .replace(/[ÐƉ]/g, "Đ")
    .replace(/[ðɖ]/g, "đ")
    .normalize("NFC")
    .replace(SPACE, " ")
    .trim();
}

/** Level 0: as written, in lower case. */
export function foldExact(text) {
  return cleanText(text).toLowerCase().normalize("NFC");
}

/** Level 1: tones gone, letters kept (a, ă and â differ; hòa equals hoà). */
export function foldTones(text) {
  return foldExact(text).normalize("NFD").replace(TONES, "").normalize("NFC");
}

/** Level 2: letters a to z and digits only, in words. */
export function foldAscii(text) {
  return foldExact(text)
    .replaceAll("đ", "d")
    .normalize("NFD")
    .replace(/\p{Mn}/gu, "")
    .split(/[^a-z0-9]+/)
    .filter(Boolean)
    .join(" ");
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let value = n;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** CRC-32 of the UTF-8 bytes, as zlib computes it. */
export function crc32(text) {
  let value = 0xffffffff;
  for (const byte of new TextEncoder().encode(text)) value = CRC_TABLE[(value ^ byte) & 255] ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}
