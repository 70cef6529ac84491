// Reads the static files of the document check: which file holds what. Knows nothing about the screen.
// A path holds the number of a bucket of many documents, so no server log tells which document was checked.

import { checkKey } from "./check-code.js";
import { unpack } from "./unpack.js";

const BUCKET_BITS = 16;

export class CheckData {
  constructor(root) {
    this.root = root;
    this.files = new Map();
  }

  /** The document of a code, or null. */
  async byCode(code) {
    const key = await checkKey(code);
    return this.find("c", "check_key", key);
  }

  /** The document whose file has this SHA-256, or null. */
  byFile(sum) {
    return this.find("f", "file_sha256", sum);
  }

  async find(kind, field, digest) {
    const manifest = await this.fetch("manifest.json");
    const bucket = parseInt(digest.slice(0, 4), 16) >> (BUCKET_BITS - manifest.bits);
    const shard = await this.fetch(`${kind}/${bucket.toString(16).padStart(4, "0")}.json.gz`);
    if (shard.bits !== manifest.bits) {
      // The site was built anew between the two: what was fetched does not fit together.
      this.files.clear();
      throw new Error("the files of the check changed meanwhile");
    }
    const place = manifest.fields.indexOf(field);
    const row = shard.documents.find((values) => values[place] === digest);
    if (!row) return null;
    const found = Object.fromEntries(manifest.fields.map((name, index) => [name, row[index]]));
    return { ...found, agency: shard.agencies[found.agency] };
  }

  fetch(path) {
    if (!this.files.has(path)) {
      // Asked anew each time: an old copy could call a document valid that has been withdrawn.
      const pending = fetch(new URL(path, this.root), { cache: "no-cache" }).then((response) => {
        if (!response.ok) throw new Error(`${path}: ${response.status}`);
        return unpack(response);
      });
      pending.catch(() => this.files.delete(path));
      this.files.set(path, pending);
    }
    return this.files.get(path);
  }
}
