import { cpus } from "node:os";
import packageJson from "../../package.json" with { type: "json" };

/** Where a bench was run: what its figures are of. */
export interface Machine {
  readonly processor: string;
  readonly processors: number;
  readonly node: string;
  readonly version: string;
  /** The packages that the functions are made of, by name. */
  readonly packages: Readonly<Record<string, string>>;
  /** A month, such as 2026-11. */
  readonly taken: string;
}

export const thisMachine = (): Machine => {
  const all = cpus();
  return {
    processor: (all[0]?.model ?? process.arch).trim(),
    processors: all.length,
    node: process.version,
    version: packageJson.version,
    packages: packageJson.dependencies,
    taken: new Date().toISOString().slice(0, 7),
  };
};

export const machineText = ({ processor, processors, node, version, taken }: Machine): string =>
  `${taken}, jupyter-lms-translator ${version}, Node ${node}, ${processors} × ${processor}`;
