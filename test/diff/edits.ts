import type { Different, Edits } from "./support.ts";

const CONTENTS = "mappings/jupyter-server/contents/mapping.yml";
const CELLS = "mappings/jupyter-server-nbmodel/cell-execution/mapping.yml";
const PIONEER = "mappings/jupyterlab-pioneer/notebook/mapping.yml";
const LRS = "endpoints/campus-lrs.yml";
const CALIPER = "endpoints/campus-caliper.yml";

const replaced =
  (what: string | RegExp, by: string) =>
  (text: string): string =>
    text.replace(what, by);

/** An edit, and what is found of it: kinds of findings, endpoints, and some of the fields. */
export interface Edited {
  readonly edits: Edits;
  /** What the version before has of its own. */
  readonly before?: Edits;
  readonly kinds: readonly Different["kind"][];
  readonly endpoints: readonly string[];
  readonly fields?: readonly string[];
}

const BOTH = ["campus-caliper", "campus-lrs"];

const FOLDED = replaced("  - name: saved\n", "  - name: saved\n    within: 1h\n");

export const EDITS: Readonly<Record<string, Edited>> = {
  "another verb": {
    edits: { [CELLS]: replaced("verb: interacted", "verb: launched") },
    kinds: ["changed"],
    endpoints: ["campus-lrs"],
    fields: ["verb.display.en", "verb.id"],
  },
  "another expression for an object's name": {
    edits: {
      [CONTENTS]: replaced(
        /name: "\$\{ basename\(event.path\) \}" \}$/m,
        'name: "File ${ basename(event.path) }" }',
      ),
    },
    kinds: ["changed"],
    endpoints: ["campus-caliper"],
    fields: ["object.name"],
  },
  "a narrower `when`": {
    edits: {
      [CONTENTS]: replaced(
        'when: event.action == "save"',
        'when: event.action == "save" && extension(event.path) == ".ipynb"',
      ),
    },
    kinds: ["gone"],
    endpoints: BOTH,
  },
  "a wider `when`": {
    edits: {
      [CONTENTS]: replaced('event.action == "delete"', 'event.action in ["delete", "get"]'),
    },
    kinds: ["new"],
    endpoints: BOTH,
  },
  "a translation more": {
    edits: {
      [CONTENTS]: (text) => `${text}
  - name: touched
    when: event.action in ["save", "rename"]
    caliper:
      type: ResourceManagementEvent
      action: Modified
      object: { id: "\${ file }", type: Document }
`,
    },
    kinds: ["new"],
    endpoints: ["campus-caliper"],
  },
  "a translation less": {
    edits: { [CONTENTS]: replaced(/ {2}- name: renamed.*?(?= {2}- name: copied)/s, "") },
    kinds: ["gone"],
    endpoints: BOTH,
  },
  "a translation that is optional now": {
    edits: { [CONTENTS]: replaced("- name: deleted\n", "- name: deleted\n    optional: true\n") },
    kinds: ["gone"],
    endpoints: BOTH,
  },
  "another `let`": {
    edits: { [CONTENTS]: replaced("iri(hub.files, event.path)", 'iri(hub.id, "documents", event.path)') },
    kinds: ["changed"],
    endpoints: BOTH,
    fields: ["object.id", "generated.id"],
  },
  "another `where` of an endpoint": {
    edits: { [LRS]: replaced('["stat101", "data8"]', '["stat101", "physics"]') },
    kinds: ["gone"],
    endpoints: ["campus-lrs"],
  },
  "no `where` any more": {
    edits: { [LRS]: replaced(/^ {2}where: .*\n/m, "") },
    kinds: ["new"],
    endpoints: ["campus-lrs"],
  },
  "a smaller selection of an endpoint": {
    edits: { [CALIPER]: replaced("    - assignment/*\n", "") },
    kinds: ["gone"],
    endpoints: ["campus-caliper"],
  },
  "learners known by their user names": {
    edits: { [CALIPER]: replaced("learners: pseudonym", "learners: username") },
    kinds: ["changed"],
    endpoints: ["campus-caliper"],
    fields: ["actor.id", "actor.otherIdentifiers"],
  },
  "another policy for personal data": {
    edits: { [LRS]: (text) => `${text}personalData: allow\n` },
    kinds: ["changed"],
    endpoints: ["campus-lrs"],
    fields: ["object.definition.name.en", "object.id"],
  },
  "another name of the hub": {
    edits: { "translator.yml": replaced("Example University JupyterHub", "Jupyter at Example University") },
    kinds: ["changed"],
    endpoints: BOTH,
  },
  "another id of the hub": {
    edits: { "translator.yml": replaced("id: https://hub.example.edu", "id: https://jupyter.example.edu") },
    kinds: ["changed"],
    endpoints: BOTH,
    fields: ["actor.account.homePage"],
  },
  "a schema that refuses some events": {
    edits: {
      "mappings/jupyter-server/contents/schema.v1.yml": replaced(
        "  path:\n    type: string",
        "  path:\n    type: string\n    maxLength: 16",
      ),
    },
    kinds: ["gone"],
    endpoints: BOTH,
  },
  "a mapping less": {
    edits: {
      "mappings/assignment/hand-in": undefined,
      [LRS]: replaced(/^ *- assignment.*\n/m, ""),
      [CALIPER]: replaced(/^ *- assignment.*\n/m, ""),
    },
    kinds: ["gone"],
    endpoints: BOTH,
  },
  "repeats that are told": {
    before: { [CONTENTS]: FOLDED },
    edits: {},
    kinds: ["new"],
    endpoints: BOTH,
  },
  "repeats that are told no more": {
    edits: { [CONTENTS]: FOLDED },
    kinds: ["gone"],
    endpoints: BOTH,
  },
  "other elements of a list": {
    edits: { [PIONEER]: replaced("has(cell.id)", "has(cell.id) && cell.index > 0") },
    kinds: ["gone"],
    endpoints: BOTH,
  },
  "a look back that finds nothing": {
    edits: {
      [CELLS]: replaced("same: [event.document_id, event.cell_id]", "same: [event.timestamp, event.cell_id]"),
    },
    kinds: ["changed"],
    endpoints: BOTH,
    fields: ["result.duration"],
  },
  "an endpoint more, and one less": {
    edits: { [CALIPER]: undefined, "endpoints/lake.yml": () => LAKE },
    kinds: ["new", "gone"],
    endpoints: ["campus-caliper", "lake"],
  },
};

const LAKE = `title: The lake
protocol: json
url: https://lake.example.edu
auth: { scheme: none }
select: { translations: ["jupyter-server/*"] }
`;
