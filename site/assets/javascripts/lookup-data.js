// Reads the static look-up files: which file holds what, and lists of records that load as they are shown.
// Knows nothing about the screen. Paths hold bucket numbers only, so a name never reaches an access log.

import { cleanText, crc32, foldAscii, foldExact, foldTones } from "./fold.js";
import { unpack } from "./unpack.js";

/** `more`: names left out of the list; `whole`: every one of them has all the words asked for. */
export const NO_NAMES = { names: [], more: 0, whole: true };

const collator = new Intl.Collator("vi");

const DATE = /ngày\s+\d{1,2}(?:\s*[/.-]\s*|\s+tháng\s+)\d{1,2}(?:\s*[/.-]\s*|\s+năm\s+)\d{4}/giu;
const NUMBER = /\d[\p{L}\d]*(?:\s*\/\s*[\p{L}\d]+(?:-[\p{L}\d]+)*)+/u;
const LEAD = /(?<!\p{L})(?:bản án|quyết định|thi hành án|số)(?!\p{L})[\s:]*/giu;

export class LookupData {
  constructor(root) {
    this.root = root;
    this.files = new Map();
  }

  fetch(path) {
    if (!this.files.has(path)) {
      const pending = fetch(new URL(path, this.root)).then((response) => {
        if (!response.ok) throw new Error(`${path}: ${response.status}`);
        return unpack(response);
      });
      pending.catch(() => this.files.delete(path));
      this.files.set(path, pending);
    }
    return this.files.get(path);
  }

  async open() {
    [this.manifest, this.places] = await Promise.all([
      this.fetch("manifest.json"),
      this.fetch("agencies.json.gz"),
    ]);
  }

  shard(name) {
    return this.fetch(`${name}.json.gz`);
  }

  async bucket(kind, key) {
    const number = crc32(key) & (this.manifest.buckets[kind] - 1);
    const shard = await this.shard(`${kind}/${number.toString(16).padStart(4, "0")}`);
    return Object.hasOwn(shard, key) ? shard[key] : null;
  }

  record(row) {
    return Object.fromEntries(this.manifest.fields.map((field, index) => [field, row[index]]));
  }

  provinceOf(agencyCode) {
    return this.places.agencies[agencyCode]?.[1];
  }

  /** Records whose whole name folds to the same letters, best match of accents first. */
  async sameName(query, province) {
    const found = await this.bucket("n", foldAscii(query));
    if (!found) return new RecordList(0, async () => []);
    const paged = !Array.isArray(found);
    const groups = paged ? found.groups : found.map((row) => [row[1], this.provinceOf(row[11]), 1]);
    const order = orderOfRows(groups, query, province);
    const load = async (index) => {
      if (!paged) return found[index];
      const page = await this.shard(`${found.path}-${Math.floor(index / found.page_size)}`);
      return page[index % found.page_size];
    };
    return new RecordList(order.length, (from, to) =>
      Promise.all(order.slice(from, to).map(async (index) => this.record(await load(index)))),
    );
  }

  /** Other full names that hold every word of the query, with how many records each has. */
  async nearNames(query, province) {
    const folded = foldAscii(query);
    const words = [...new Set(folded.split(" "))];
    const found = await this.bucket("t", this.rarestTerm(words));
    if (!found) return NO_NAMES;
    const names = found.names
      .map(([name, provinces]) => ({ name, folded: foldAscii(name), count: countIn(provinces, province) }))
      .filter((entry) => entry.count > 0 && entry.folded !== folded)
      .map((entry) => ({ ...entry, words: entry.folded.split(" ") }))
      .filter((entry) => words.every((word) => entry.words.includes(word)))
      .map((entry) => ({ ...entry, misses: accentMisses(query, entry.name) }));
    names.sort(
      (a, b) =>
        a.words.length - b.words.length ||
        a.misses - b.misses ||
        b.count - a.count ||
        collator.compare(a.name, b.name),
    );
    const left = province ? new Map(found.more_by_province).get(province) : found.more;
    return { names, more: left ?? 0, whole: words.length <= 2 };
  }

  rarestTerm(words) {
    const weight = (word) => this.manifest.words[word] ?? 0;
    const rare = [...words].sort((a, b) => weight(a) - weight(b) || b.length - a.length);
    return rare.slice(0, 2).sort().join(" ");
  }

  /** Records whose judgment or decision number holds the numbers and letters typed, side by side. */
  async byNumber(query, province) {
    const typed = numberWords(documentNumber(query).text);
    const key = typed.find((word) => /^[0-9]+$/.test(word)) ?? typed.join(" ").match(/[0-9]+/)?.[0];
    const entries = (key && (await this.bucket("d", key))) || [];
    const near = entries.filter((entry) => !province || province === entry[4]);
    const inOrder = near.filter(([number]) => holds(numberWords(number), typed));
    // People write `QĐ-THADS 9` for 9/QĐ-THADS: any order will do when no number has the order typed.
    const anyOrder = ([number]) => typed.every((word) => numberWords(number).includes(word));
    const matches = inOrder.length ? inOrder : near.filter(anyOrder);
    const references = [...new Map(matches.map(([, , id, path]) => [id, path]))];
    return new RecordList(references.length, (from, to) =>
      Promise.all(references.slice(from, to).map(([id, path]) => this.fetchRecord(id, path))),
    );
  }

  async fetchRecord(id, path) {
    const shard = await this.shard(path);
    const rows = Array.isArray(shard) ? shard : Object.values(shard).filter(Array.isArray).flat();
    return this.record(rows.find((row) => row[0] === id));
  }
}

/** The document number in a text pasted from papers. `whole`: it has more than one part, like 9/QĐ-THADS;
 * `alone`: nothing but the number and the words papers put around it, so it cannot be part of a name. */
export function documentNumber(query) {
  const undated = cleanText(query).replace(DATE, " ");
  const pattern = undated.match(NUMBER)?.[0];
  const rest = (pattern ? undated.replace(pattern, " ") : undated).replace(LEAD, " ").trim();
  const text = pattern ?? rest;
  return { text, whole: Boolean(pattern), alone: pattern ? !/\p{L}/u.test(rest) : /^\d/.test(rest) };
}

/** A list whose length is known and whose rows are fetched when a page of it is shown. */
class RecordList {
  constructor(count, slice) {
    this.count = count;
    this.slice = slice;
  }
}

function orderOfRows(groups, query, province) {
  const exact = foldExact(query);
  const toneless = foldTones(query);
  const rank = (name) => (foldExact(name) === exact ? 0 : foldTones(name) === toneless ? 1 : 2);
  let start = 0;
  const ranges = groups.map(([name, place, size]) => {
    start += size;
    return { name, place, from: start - size, to: start, rank: rank(name) };
  });
  return ranges
    .filter((range) => !province || range.place === province)
    .sort((a, b) => a.rank - b.rank || collator.compare(a.name, b.name) || a.from - b.from)
    .flatMap((range) => Array.from({ length: range.to - range.from }, (_, index) => range.from + index));
}

function countIn(provinces, province) {
  return provinces.reduce((sum, [place, count]) => sum + (!province || place === province ? count : 0), 0);
}

function accentMisses(query, name) {
  const written = new Set(foldTones(name).split(" "));
  return foldTones(query)
    .split(" ")
    .filter((word) => !written.has(word)).length;
}

function numberWords(text) {
  return foldAscii(text)
    .split(" ")
    .map((word) => (/^[0-9]+$/.test(word) ? word.replace(/^0+(?=.)/, "") : word));
}

function holds(words, typed) {
  return words.some((_, start) => typed.every((word, index) => words[start + index] === word));
}
