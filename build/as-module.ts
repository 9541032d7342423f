/**
 * Ajv's validators as an ES module, whose default export is what they export. As CommonJS, esbuild would put them into a
 * function of their own, and V8 would read them twice: once to skim that function, and once to run it.
 */
export const asModule = (code: string): string => {
  const names = new Map<string, string>();
  const body = code.replace(REQUIRED, (_, path: string) => {
    const name = names.get(path) ?? `needed${names.size}`;
    names.set(path, name);
    return name;
  });
  const imports = [...names].map(([path, name]) => `import * as ${name} from ${path};`);
  return [...imports, "const exports = {};", body, "export default exports;"].join("\n");
};

/** As ajv writes it: https://ajv.js.org/standalone.html#requirement-at-runtime */
const REQUIRED = /\brequire\(("[\w@/.-]+")\)/g;
