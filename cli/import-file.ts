import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { Misuse } from "../src/misuse.ts";

/** A file that is open: it can be read more than once, and is the same even where its name is another's meanwhile. */
export interface ImportFile {
  readonly name: string;
  /** Its size when it was opened: what is added later is not read. */
  readonly size: number;
  read(onChunk?: () => void): Reading;
  /** Whether more was added since. */
  hasGrown(): Promise<boolean>;
  close(): Promise<void>;
}

/** A file's bytes as they are read, and the SHA-256 of what was read of them. */
export interface Reading {
  readonly chunks: AsyncIterable<Uint8Array>;
  digest(): string;
}

/** How much is read at once, in bytes. */
export const CHUNK = 64 * 1024;

/** Opens files to be imported. Throws Misuse where one is none, or is named twice. */
export const openFiles = async (names: readonly string[]): Promise<readonly ImportFile[]> => {
  const files: ImportFile[] = [];
  try {
    for (const name of names) files.push(await openFile(name));
    const twice = names.find((name, at) => names.indexOf(name) !== at);
    if (twice !== undefined) throw new Misuse(`The file ${twice} is named twice.`);
    return files;
  } catch (error) {
    await closeFiles(files);
    throw error;
  }
};

export const closeFiles = async (files: readonly ImportFile[]): Promise<void> => {
  await Promise.all(files.map((file) => file.close()));
};

const openFile = async (name: string): Promise<ImportFile> => {
  const handle = await open(name).catch(() => {
    throw new Misuse(`The file ${name} cannot be read.`);
  });
  const stat = await handle.stat();
  if (!stat.isFile()) {
    await handle.close();
    throw new Misuse(
      stat.isDirectory()
        ? `${name} is a folder. Name the files in it.`
        : `${name} is no file that can be read twice. Pipe it: … | jlt import - --yes`,
    );
  }
  const { size } = stat;
  return {
    name,
    size,
    read: (onChunk) => digesting(chunksOf(handle, size), onChunk),
    hasGrown: async () => (await handle.stat()).size > size,
    close: () => handle.close(),
  };
};

/** Bytes as they come, and their digest. */
export const digesting = (chunks: AsyncIterable<Uint8Array>, onChunk?: () => void): Reading => {
  const sum = createHash("sha256");
  return {
    chunks: (async function* () {
      for await (const chunk of chunks) {
        sum.update(chunk);
        onChunk?.();
        yield chunk;
      }
    })(),
    digest: () => sum.copy().digest("hex"),
  };
};

async function* chunksOf(handle: FileHandle, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < size; ) {
    // Lines keep to what they were read into, so each chunk has its own.
    const chunk = Buffer.allocUnsafeSlow(Math.min(CHUNK, size - at));
    const { bytesRead } = await handle.read(chunk, 0, chunk.length, at);
    // Somebody has cut it off meanwhile.
    if (bytesRead === 0) return;
    yield chunk.subarray(0, bytesRead);
    at += bytesRead;
  }
}
