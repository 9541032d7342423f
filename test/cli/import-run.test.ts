import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { closeFiles, openFiles } from "../../cli/import-file.ts";
import { type Imported, type ImportParts, lookAt, sendFile, sendStream } from "../../cli/import-run.ts";
import { CannotRun } from "../../src/cannot-run.ts";
import type { ImportMessage, QueueAnswer } from "../../src/imports/message.ts";
import { TokenOver } from "../../src/imports/sign.ts";
import { shippedJudge, textsIn } from "../imports/support.ts";
import { saveOf, temporaryFolder } from "../service/support.ts";
import { memoryBucket } from "../support/memory-bucket.ts";

const judge = await shippedJudge();
const folder = await temporaryFolder();

const linesOf = (count: number, of = "hw"): readonly string[] =>
  Array.from({ length: count }, (_, at) => saveOf(`${of}${at}.ipynb`));

/** An import into memory, one event with each request, of which those from `ends` on fail. */
const importing = (bucket = memoryBucket(), ends = Number.POSITIVE_INFINITY) => {
  const taken: ImportMessage[] = [];
  const goingOn: number[] = [];
  let requests = 0;
  const parts: ImportParts = {
    judge,
    bucket,
    attributes: async () => {
      if (requests >= ends) throw new TokenOver();
      return { "learner-context": "a token" };
    },
    send: async (messages): Promise<readonly QueueAnswer[]> => {
      requests++;
      taken.push(...messages);
      return messages.map((_, at) => ({ message: `${requests}-${at}` }));
    },
    rate: 1,
    pause: async () => {},
    anew: false,
    identity: { origin: { role: "learner", subject: "ada" }, all: false, schemas: "" },
    onGoingOn: (_, { events }) => goingOn.push(events),
  };
  return { bucket, parts, taken, goingOn };
};

/** Opens, looks at and sends a file. */
const run = async (
  name: string,
  parts: ImportParts,
  between: () => Promise<void> = async () => {},
): Promise<Imported> => {
  const files = await openFiles([name]);
  try {
    const [file] = files;
    assert.ok(file !== undefined);
    const looked = await lookAt(file, judge);
    await between();
    return await sendFile(looked, parts);
  } finally {
    await closeFiles(files);
  }
};

const fileOf = async (name: string, lines: readonly string[]): Promise<string> => {
  const file = join(folder, name);
  await writeFile(file, lines.join("\n"));
  return file;
};

describe("An import of a file", () => {
  it("goes on where an earlier run of it ended, and counts both", async () => {
    const lines = linesOf(30);
    const file = await fileOf("a.log", lines);
    const first = importing(memoryBucket(), 20);
    await assert.rejects(run(file, first.parts), (error: Error) => {
      assert.ok(error instanceof CannotRun);
      assert.match(
        error.message,
        /^The token has expired\..* The queue has \d+ events of .*a\.log\. Run it again: it goes on there\.$/,
      );
      return true;
    });
    const [job = ""] = first.bucket.objects.keys();
    const text = new TextDecoder().decode(first.bucket.objects.get(job));
    assert.doesNotMatch(job + text, /ada|hw\d|a\.log/);

    const second = importing(first.bucket);
    // Under another name, and grown old meanwhile: it is the same file by what is in it.
    const { sent, earlier } = await run(await fileOf("b.log", lines), second.parts);
    assert.deepEqual(second.goingOn, [earlier]);
    assert.deepEqual([sent.events, sent.messages], [30, 30]);
    assert.ok(earlier > 10 && second.taken.length === 30 - earlier);
    assert.deepEqual([...new Set(textsIn([...first.taken, ...second.taken]))].sort(), [...lines].sort());
    assert.equal(first.bucket.objects.size, 0);
  });

  it("begins again where it is told to, or where the file is another one", async () => {
    const lines = linesOf(15);
    for (const [content, anew] of [
      [lines, true],
      [[...lines, saveOf("another.ipynb")], false],
    ] as const) {
      const first = importing(memoryBucket(), 12);
      await assert.rejects(run(await fileOf("c.log", lines), first.parts), CannotRun);
      const second = importing(first.bucket);
      const { sent, earlier } = await run(await fileOf("c.log", content), { ...second.parts, anew });
      assert.deepEqual([sent.events, earlier, second.goingOn], [content.length, 0, []]);
      assert.deepEqual(textsIn(second.taken), content);
    }
  });

  it("that begins again, and ends before anything is noted, does not go on where the earlier one ended", async () => {
    const lines = linesOf(15);
    const file = await fileOf("g.log", lines);
    const first = importing(memoryBucket(), 12);
    await assert.rejects(run(file, first.parts), CannotRun);
    const second = importing(first.bucket, 0);
    await assert.rejects(run(file, { ...second.parts, anew: true }), CannotRun);
    const third = importing(first.bucket);
    const { sent, earlier } = await run(file, third.parts);
    assert.deepEqual([sent.events, earlier, third.goingOn], [15, 0, []]);
    assert.deepEqual(textsIn(third.taken), lines);
  });

  it("leaves out what the archive has, and counts it", async () => {
    const lines = linesOf(6);
    const { parts, taken } = importing();
    const isArchived = ({ text }: { readonly text: string }) => lines.indexOf(text) % 2 === 0;
    const { sent, archived } = await run(await fileOf("h.log", lines), { ...parts, isArchived });
    assert.deepEqual([sent.events, archived], [3, 3]);
    assert.deepEqual(
      textsIn(taken),
      lines.filter((_, at) => at % 2 === 1),
    );
  });

  it("of standard input sends what has come, and does not wait for the end of it", async () => {
    const { parts, taken } = importing();
    async function* typed(): AsyncGenerator<Uint8Array> {
      for (const [at, line] of linesOf(2).entries()) {
        yield Buffer.from(`${line}\n`);
        // Else nothing more would ever come.
        while (taken.length === at) await new Promise((over) => setTimeout(over, 5));
      }
    }
    const { sent } = await sendStream(typed(), { ...parts, rate: undefined });
    assert.deepEqual([sent.events, textsIn(taken)], [2, linesOf(2)]);
  });

  it("sends what it looked at where more was added, and says that it was", async () => {
    const file = await fileOf("d.log", linesOf(3));
    const { parts, taken } = importing();
    const { file: about } = await run(file, parts, () =>
      writeFile(file, `${linesOf(3).join("\n")}\n${saveOf("more.ipynb")}`),
    );
    assert.deepEqual([about, textsIn(taken)], ["grown", linesOf(3)]);
  });

  it("says that the file was changed, or cut off, in between", async () => {
    for (const other of [linesOf(3, "xy").join("\n"), linesOf(1).join("\n"), ""]) {
      const file = await fileOf("e.log", linesOf(3));
      assert.equal((await run(file, importing().parts, () => writeFile(file, other))).file, "changed");
    }
  });

  it("gives way to a later run of the same", async () => {
    const file = await fileOf("f.log", linesOf(40));
    const bucket = memoryBucket();
    const slow = importing(bucket);
    const send: ImportParts["send"] = async (messages) => {
      if (slow.taken.length === 10) assert.equal((await run(file, importing(bucket).parts)).sent.events, 40);
      return slow.parts.send(messages);
    };
    await assert.rejects(run(file, { ...slow.parts, send }), (error: Error) => {
      assert.ok(error instanceof CannotRun);
      assert.match(error.message, /has taken over/);
      return true;
    });
  });
});
