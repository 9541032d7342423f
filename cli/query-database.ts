import type { DuckDBPreparedStatement, DuckDBResultReader } from "@duckdb/node-api";
import { Misuse } from "../src/misuse.ts";
import { quoted } from "../src/queries/events.ts";
import { MACROS } from "../src/queries/macros.ts";
import { visible } from "./visible.ts";

/** DuckDB in this process's memory, with the archive's tables and nothing else of this machine. */
export interface QueryDatabase {
  /** Throws Misuse, with DuckDB's own words, where a query is none, or does more than read. */
  understand(sql: string): Promise<void>;
  /** Runs statements of our own. */
  prepare(statements: readonly string[]): Promise<void>;
  /** Runs a query. Throws Misuse where DuckDB fails at it. */
  ask(sql: string): Promise<DuckDBResultReader>;
  close(): void;
}

/**
 * Opens it, runs `statements`, and then shuts it off: whatever is run later reaches nothing but `folders`, and no network.
 * It writes nothing to this machine, also where memory is short: then a query fails.
 */
export const openDatabase = async (
  statements: readonly string[],
  folders: readonly string[],
): Promise<QueryDatabase> => {
  const { connection, close, StatementType } = await inMemory();
  const prepare = async (all: readonly string[]): Promise<void> => {
    for (const statement of all) await connection.run(statement);
  };
  try {
    await prepare([
      "set TimeZone = 'UTC'",
      // As Athena has it.
      "set integer_division = true",
      ...MACROS.map((macro) => `create macro ${macro}`),
      ...statements,
      `set allowed_directories = [${folders.map(quoted).join(", ")}]`,
      "set enable_external_access = false",
      "set lock_configuration = true",
    ]);
  } catch (error) {
    close();
    throw error;
  }
  const understood = async (sql: string): Promise<DuckDBPreparedStatement> => {
    // Of a text without any, DuckDB says nothing that would help.
    const words = sql.replace(/--.*$/gm, "").replace(/[\s;]/g, "");
    const statements = words === "" ? undefined : await connection.extractStatements(sql);
    if (statements?.count !== 1) throw new Misuse("It takes one query at a time.");
    const statement = await statements.prepare(0);
    // A copy could overwrite what is open to a query.
    if (statement.statementType !== StatementType.SELECT)
      throw new Misuse("A query only reads: select …, with … select …, or describe …");
    return statement;
  };
  return {
    close,
    prepare,
    understand: (sql) => inDuckDBsWords(async () => void (await understood(sql))),
    ask: (sql) => inDuckDBsWords(async () => (await understood(sql)).runAndRead()),
  };
};

/** Tells of a table's file whether DuckDB can unpack all of it. */
export const unpacker = async (): Promise<{
  isWhole(file: string): Promise<boolean>;
  close(): void;
}> => {
  const { connection, close } = await inMemory();
  return {
    close,
    isWhole: (file) =>
      connection.run(`select bit_xor(hash(rows)) from read_parquet(${quoted(file)}) as rows`).then(
        () => true,
        () => false,
      ),
  };
};

const inMemory = async () => {
  const { DuckDBInstance, StatementType } = await import("@duckdb/node-api");
  const instance = await DuckDBInstance.create(":memory:", {
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    temp_directory: "",
  });
  const connection = await instance.connect();
  const close = (): void => {
    connection.closeSync();
    instance.closeSync();
  };
  return { connection, close, StatementType };
};

/** DuckDB tells the line, and what may be meant instead. It may quote what is in the archive, to whoever asks it. */
const inDuckDBsWords = async <T>(run: () => Promise<T>): Promise<T> => {
  try {
    return await run();
  } catch (error) {
    if (error instanceof Misuse || !(error instanceof Error)) throw error;
    throw new Misuse(error.message.split("\n").map(visible).join("\n"));
  }
};
