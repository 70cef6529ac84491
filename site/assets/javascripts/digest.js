// SHA-256 of a file and PBKDF2 over it, in the browser. The browser's own functions are used where it offers them,
// which is on pages fetched over https or from this computer; everywhere else the same is worked out here.

const CONSTANTS = new Int32Array([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
]);
const START = [
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
];
const PIECE = 1 << 20;

export const hasOwnFunctions = Boolean(globalThis.crypto?.subtle);

const hexadecimal = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** SHA-256 of a file in hexadecimal. The file is read piece by piece and goes nowhere. */
export async function sumOf(file) {
  if (hasOwnFunctions) {
    return hexadecimal(new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer())));
  }
  const sum = new Sha256();
  for (let start = 0; start < file.size; start += PIECE) {
    // Waiting for each piece also lets the page answer the reader meanwhile.
    sum.update(new Uint8Array(await file.slice(start, start + PIECE).arrayBuffer()));
  }
  return hexadecimal(sum.digest());
}

/** PBKDF2 with HMAC-SHA-256, at most 32 bytes, in hexadecimal. */
export async function stretch(secret, salt, rounds, bytes) {
  const [key, mixed] = [secret, salt].map((text) => new TextEncoder().encode(text));
  if (!hasOwnFunctions) return hexadecimal(stretchHere(key, mixed, rounds).subarray(0, bytes));
  const imported = await crypto.subtle.importKey("raw", key, "PBKDF2", false, ["deriveBits"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt: mixed, iterations: rounds };
  return hexadecimal(new Uint8Array(await crypto.subtle.deriveBits(how, imported, bytes * 8)));
}

function stretchHere(key, salt, rounds) {
  const padded = new Uint8Array(64);
  padded.set(key);
  const inner = new Sha256().update(padded.map((byte) => byte ^ 0x36));
  const outer = new Sha256().update(padded.map((byte) => byte ^ 0x5c));
  const sign = (message) => outer.copy().update(inner.copy().update(message).digest()).digest();
  let last = sign(new Uint8Array([...salt, 0, 0, 0, 1]));
  const total = last.slice();
  for (let round = 1; round < rounds; round += 1) {
    last = sign(last);
    for (let index = 0; index < total.length; index += 1) total[index] ^= last[index];
  }
  return total;
}

class Sha256 {
  constructor() {
    this.state = Uint32Array.from(START);
    this.words = new Int32Array(64);
    this.block = new Uint8Array(64);
    this.filled = 0;
    this.length = 0;
  }

  copy() {
    const other = new Sha256();
    other.state.set(this.state);
    other.block.set(this.block);
    other.filled = this.filled;
    other.length = this.length;
    return other;
  }

  update(bytes) {
    this.length += bytes.length;
    let done = 0;
    while (done < bytes.length) {
      const part = bytes.subarray(done, done + 64 - this.filled);
      this.block.set(part, this.filled);
      this.filled += part.length;
      done += part.length;
      if (this.filled === 64) this.compress();
    }
    return this;
  }

  digest() {
    const bits = this.length * 8;
    const padding = new Uint8Array(((119 - this.filled) % 64) + 1 + 8);
    padding[0] = 0x80;
    const view = new DataView(padding.buffer);
    view.setUint32(padding.length - 8, Math.floor(bits / 2 ** 32));
    view.setUint32(padding.length - 4, bits >>> 0);
    this.update(padding);
    const result = new DataView(new ArrayBuffer(32));
    this.state.forEach((word, index) => result.setUint32(index * 4, word));
    return new Uint8Array(result.buffer);
  }

  compress() {
    const { words, state } = this;
    const view = new DataView(this.block.buffer);
    for (let index = 0; index < 16; index += 1) words[index] = view.getUint32(index * 4);
    for (let index = 16; index < 64; index += 1) {
      const early = words[index - 15];
      const late = words[index - 2];
      const low = turned(early, 7) ^ turned(early, 18) ^ (early >>> 3);
      const high = turned(late, 17) ^ turned(late, 19) ^ (late >>> 10);
      words[index] = (words[index - 16] + low + words[index - 7] + high) | 0;
    }
    // Plain numbers and no pairs in brackets: this runs forty thousand times for one code.
    let a = state[0] | 0;
    let b = state[1] | 0;
    let c = state[2] | 0;
    let d = state[3] | 0;
    let e = state[4] | 0;
    let f = state[5] | 0;
    let g = state[6] | 0;
    let h = state[7] | 0;
    for (let index = 0; index < 64; index += 1) {
      const chosen = (e & f) ^ (~e & g);
      const first = (h + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + chosen + CONSTANTS[index] + words[index]) | 0;
      const second = (turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
      h = g;
      g = f;
      f = e;
      e = (d + first) | 0;
      d = c;
      c = b;
      b = a;
      a = (first + second) | 0;
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
    state[4] += e;
    state[5] += f;
    state[6] += g;
    state[7] += h;
    this.filled = 0;
  }
}

function turned(word, by) {
  return (word >>> by) | (word << (32 - by));
}
