import { transform } from "esbuild";

/** Gives a module's code, from its text and its path. */
export type PlainFunctions = (code: string, path: string) => Promise<string>;

/** `withPlainFunctions` for the bundles of one build, most of whose modules are the same. */
export const plainFunctions = (): PlainFunctions => {
  const known = new Map<string, Promise<string>>();
  return (code, path) => {
    const plain = known.get(code) ?? withPlainFunctions(code, path);
    known.set(code, plain);
    return plain;
  };
};

/**
 * The code of a module with plain functions in the place of its arrow functions; the code itself, where one of these uses
 * `this` or `arguments` of what is around it. All of a bundle is inside of one function (Node's own, around a CommonJS
 * module), and there V8 reads arrow functions in full, but skims plain ones until they are called.
 */
const withPlainFunctions: PlainFunctions = async (code, path) => {
  const { code: plain } = await transform(code, {
    loader: path.endsWith(".ts") ? "ts" : "js",
    target: "node24",
    supported: { arrow: false },
    sourcefile: path,
    sourcemap: "inline",
    sourcesContent: false,
  });
  return CAPTURED.test(plain) ? code : plain;
};

/** What esbuild calls them: https://github.com/evanw/esbuild, internal/js_parser. */
const CAPTURED = /\b_(this|arguments)\d*\b/;
