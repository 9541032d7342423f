import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { StringDecoder } from "node:string_decoder";

/** Lines that are kept outside of memory until they are read, in stretches. */
export interface Spill {
  /** Keeps lines; gives where they are. */
  write(lines: Iterable<string>): Stretch;
  read(stretch: Stretch): Generator<string>;
  /** Nothing of it stays. */
  close(): void;
}

export interface Stretch {
  readonly from: number;
  readonly to: number;
}

const CHUNK = 256 * 1024;

/** A file without a name: nobody else can open it, and however this process ends, it is gone. It comes with the first line. */
export const openSpill = (): Spill => {
  let file: number | undefined;
  let size = 0;
  const put = (text: string): void => {
    file ??= namelessFile();
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at, bytes.length - at, size + at);
    size += bytes.length;
  };
  return {
    write: (lines) => {
      const from = size;
      let open: string[] = [];
      let characters = 0;
      for (const line of lines) {
        open.push(line, "\n");
        characters += line.length;
        if (characters < CHUNK) continue;
        put(open.join(""));
        open = [];
        characters = 0;
      }
      put(open.join(""));
      return { from, to: size };
    },
    read: function* ({ from, to }) {
      if (file === undefined) return;
      const decoder = new StringDecoder("utf8");
      const chunk = Buffer.allocUnsafe(CHUNK);
      let rest = "";
      for (let at = from; at < to; ) {
        const length = readSync(file, chunk, 0, Math.min(CHUNK, to - at), at);
        if (length === 0) throw new Error("The temporary file of a compaction was cut off.");
        at += length;
        const lines = (rest + decoder.write(chunk.subarray(0, length))).split("\n");
        rest = lines.pop() ?? "";
        yield* lines;
      }
    },
    close: () => {
      if (file !== undefined) closeSync(file);
      file = undefined;
    },
  };
};

/** Only its owner may look into the folder, for the moment that there is one. */
const namelessFile = (): number => {
  const folder = mkdtempSync(join(tmpdir(), "compaction-"));
  try {
    return openSync(join(folder, "rows"), "wx+", 0o600);
  } finally {
    rmSync(folder, { recursive: true });
  }
};
