import type { ExplainedField } from "../../src/mapping/explain.ts";
import type { EventDetail, ToldStatement } from "../api/event.ts";
import type { LightOf, Spot } from "./json-tree.ts";
import { fieldsAt, leads, madeFrom, type Path, type PlacesOf, sourcesOf } from "./light.ts";

/** What is shown of an event, and what of it one looks at. */
export interface ShownEvent {
  readonly detail: EventDetail;
  readonly places: PlacesOf;
  /** The field that one looks at, in the raw event or in a statement. */
  readonly spot: Spot | undefined;
}

/** The name of the raw event among what is shown as JSON. */
export const RAW = "raw";

/** The name of a statement among what is shown as JSON. */
export const panelOf = (endpoint: string, { id }: ToldStatement): string => `${endpoint} ${id}`;

/** A statement as it is shown: for whom it is, and where its fields come from. */
export interface ShownStatement {
  readonly panel: string;
  readonly title: string;
  readonly fields: readonly ExplainedField[];
}

export const statementsOf = ({ endpoints }: EventDetail): readonly ShownStatement[] =>
  endpoints.flatMap(({ name, title, statements }) =>
    statements.map((told) => ({ panel: panelOf(name, told), title, fields: told.fields })),
  );

/** For each panel, what lights up: the field itself, what it is made from, and what is made of it. */
export const lightIn = ({ detail, places, spot }: ShownEvent): ((panel: string) => LightOf) => {
  if (spot === undefined) return () => () => undefined;
  const { panel: from, path: at } = spot;
  const statements = new Map(statementsOf(detail).map(({ panel, fields }) => [panel, fields]));
  const of = (panel: string): readonly ExplainedField[] => statements.get(panel) ?? [];
  const litIn = (panel: string): readonly Path[] => {
    if (panel === from) return [at];
    if (panel === RAW) return sourcesOf(fieldsAt(of(from), at), places);
    return from === RAW ? madeFrom(of(panel), at, places).map(({ path }) => path) : [];
  };
  return (panel) => {
    const lit = litIn(panel);
    const light = panel === from ? "here" : "lit";
    return (path) => (lit.some((each) => leads(each, path)) ? light : undefined);
  };
};
