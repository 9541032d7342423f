import type { Reason } from "../event/reason.ts";
import type { Step } from "./fields.ts";
import type { Finding, Unreadable, Why } from "./findings.ts";
import type {
  Counts,
  EndpointTally,
  MappingTally,
  Shown,
  Tallied,
  TranslationTally,
  UnreadableTally,
} from "./tallied.ts";

/** Counts findings, by endpoint, translation and field. Holds numbers, and as many statements as are to be shown. */
export interface Tally {
  add(finding: Finding): void;
  /** So many events were compared. */
  events(count: number): void;
  result(): Tallied;
}

export interface TallyOptions {
  /** How many statements of each kind are kept of each translation. */
  readonly show: number;
  readonly nameField: (endpoint: string, translation: string, path: readonly Step[]) => string;
  readonly onlyIn: (endpoint: string) => "before" | "after" | undefined;
}

/** The reason of what is no JSON. */
const DAMAGED: Reason = "json.malformed";

/** So many sentences are kept of a mapping. */
const SENTENCES = 5;

export const newTally = ({ show, nameField, onlyIn }: TallyOptions): Tally => {
  let events = 0;
  let damaged = 0;
  const endpoints = new Map<
    string,
    { translations: Map<string, OpenGroup>; mappings: Map<string, OpenMapping> }
  >();
  const unreadable = new Map<string, OpenUnreadable>();
  const at = (name: string) =>
    entry(endpoints, name, () => ({ translations: new Map(), mappings: new Map() }));
  const group = (endpoint: string, translation: string): OpenGroup =>
    entry(at(endpoint).translations, translation, () => newGroup(translation));
  const mapping = (endpoint: string, name: string): OpenMapping =>
    entry(at(endpoint).mappings, name, () => newMapping(name));
  const keep = (open: OpenGroup, kind: "changed" | "new" | "gone", shown: Shown): void => {
    if (open[kind] <= show) open.shown.push(shown);
  };
  const add = (finding: Finding): void => {
    switch (finding.kind) {
      case "same":
        group(finding.endpoint, finding.translation).same++;
        break;
      case "changed": {
        const { endpoint, translation, event, id, changes } = finding;
        const open = group(endpoint, translation);
        open.changed++;
        for (const name of new Set(changes.map(({ path }) => nameField(endpoint, translation, path))))
          count(open.fields, name);
        keep(open, "changed", { event, id, changes });
        break;
      }
      case "new":
      case "gone": {
        const { endpoint, translation, event, id, kind, why, text } = finding;
        const open = group(endpoint, translation);
        open[kind]++;
        count(kind === "new" ? open.newFrom : open.goneTo, why);
        keep(open, kind, { event, id, [kind === "new" ? "after" : "before"]: text });
        break;
      }
      case "moved":
        count(mapping(finding.endpoint, finding.mapping).moved, `${finding.from} → ${finding.to}`);
        break;
      case "failing":
      case "mended": {
        const open = mapping(finding.endpoint, finding.mapping);
        open[finding.kind]++;
        keepSentence(open.details, finding.detail);
        break;
      }
      case "unreadable": {
        const open = entry(unreadable, finding.mapping, () => newUnreadable(finding));
        const { when, reason, detail } = finding;
        if (when === "both") {
          count(open.both, reason);
          if (reason === DAMAGED) damaged++;
        } else {
          open[when]++;
          keepSentence(open.details, `${reason}: ${detail}`);
        }
      }
    }
  };
  return {
    add,
    events: (more) => {
      events += more;
    },
    result: () => {
      const all = [...endpoints].map(([endpoint, { translations, mappings }]): EndpointTally => {
        const groups = [...translations.values()].map(closed).sort(byName(({ translation }) => translation));
        const only = onlyIn(endpoint);
        const sum = (kind: keyof Counts): number => groups.reduce((total, each) => total + each[kind], 0);
        return {
          endpoint,
          ...(only !== undefined && { only }),
          same: sum("same"),
          changed: sum("changed"),
          new: sum("new"),
          gone: sum("gone"),
          translations: groups,
          mappings: [...mappings.values()]
            .map(({ moved, ...rest }) => ({ ...rest, moved: Object.fromEntries(moved) }))
            .sort(byName((each) => each.mapping)),
        };
      });
      const lost = [...unreadable.values()]
        .map(({ both, ...rest }) => ({ ...rest, both: Object.fromEntries(both) }))
        .sort(byName((each) => each.mapping));
      return {
        events,
        damaged,
        differs: all.some(isOther) || lost.some(({ before, after }) => before + after > 0),
        endpoints: all.sort(byName(({ endpoint }) => endpoint)),
        unreadable: lost,
      };
    },
  };
};

const isOther = ({ changed, new: added, gone, mappings }: EndpointTally): boolean =>
  changed + added + gone > 0 || mappings.some(({ failing, mended }) => failing + mended > 0);

type Writable<T> = { -readonly [K in keyof T]: T[K] };

interface OpenGroup extends Writable<Counts> {
  readonly translation: string;
  readonly fields: Map<string, number>;
  readonly newFrom: Map<Why, number>;
  readonly goneTo: Map<Why, number>;
  readonly shown: Shown[];
}

const newGroup = (translation: string): OpenGroup => ({
  translation,
  same: 0,
  changed: 0,
  new: 0,
  gone: 0,
  fields: new Map(),
  newFrom: new Map(),
  goneTo: new Map(),
  shown: [],
});

const closed = ({ fields, newFrom, goneTo, ...rest }: OpenGroup): TranslationTally => ({
  ...rest,
  fields: Object.fromEntries([...fields].sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1))),
  newFrom: Object.fromEntries(newFrom),
  goneTo: Object.fromEntries(goneTo),
});

type OpenMapping = Writable<Omit<MappingTally, "moved" | "details">> & {
  readonly details: string[];
  readonly moved: Map<string, number>;
};

const newMapping = (mapping: string): OpenMapping => ({
  mapping,
  failing: 0,
  mended: 0,
  details: [],
  moved: new Map(),
});

type OpenUnreadable = Writable<Omit<UnreadableTally, "details" | "both">> & {
  readonly details: string[];
  readonly both: Map<string, number>;
};

const newUnreadable = ({ mapping }: Unreadable): OpenUnreadable => ({
  mapping,
  before: 0,
  after: 0,
  details: [],
  both: new Map(),
});

const entry = <K, V>(map: Map<K, V>, key: K, make: () => V): V => {
  const known = map.get(key) ?? make();
  map.set(key, known);
  return known;
};

const count = <K>(counts: Map<K, number>, key: K): void => {
  counts.set(key, (counts.get(key) ?? 0) + 1);
};

const keepSentence = (kept: string[], sentence: string): void => {
  if (kept.length < SENTENCES && !kept.includes(sentence)) kept.push(sentence);
};

const byName =
  <T>(name: (each: T) => string) =>
  (one: T, other: T): number =>
    name(one) < name(other) ? -1 : 1;
