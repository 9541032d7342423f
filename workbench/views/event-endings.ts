import { personalInAny } from "../../src/event/personal.ts";
import { whyNothing } from "../../src/ledger/filters.ts";
import { explainMapping } from "../../src/mapping/explain.ts";
import type { Became } from "../../src/retell/retelling.ts";
import type { EventEnding } from "../api/event.ts";
import type { Desk } from "../desk.ts";
import type { IndexedEvent } from "../index/archive-index.ts";
import { failureShown } from "./event-failure.ts";
import { type AtEndpoint, toldStatement } from "./event-statement.ts";
import { endpointNames } from "./names.ts";

/** What each endpoint was told of an event; `made` is what the event becomes now, by the endpoints' names. */
export const endingsOf = (
  desk: Desk,
  event: IndexedEvent,
  made: ReadonlyMap<string, Became>,
): Promise<readonly EventEnding[]> => {
  const { files, site } = desk.site();
  const source = files.sources.find(({ name }) => name === event.source);
  const translations =
    source === undefined
      ? []
      : explainMapping(source.written, source.mapping, personalInAny(source.schemas)).translations;
  const version = site.hashes[event.source];
  const failures = desk.index.failures().filter((each) => each.event === event.id);
  return Promise.all(
    endpointNames(desk).map((endpoint, at) =>
      endingOf(
        {
          desk,
          event,
          endpoint,
          now: made.get(endpoint.name),
          translations,
          version,
          failures: failures.filter((each) => each.endpoint === endpoint.name),
        },
        event.states[at] ?? UNTOLD,
      ),
    ),
  );
};

type IndexedState = IndexedEvent["states"][number];

const UNTOLD: IndexedState = { state: "untold", statements: [] };

const endingOf = async (at: AtEndpoint, told: IndexedState): Promise<EventEnding> => {
  const { desk, event, endpoint, failures } = at;
  const nothing = nothingOf(at, told);
  // Of the event as a whole, where its mapping failed.
  const open = failures.find(({ id }) => id === event.id);
  const record = open && (await desk.index.failedRecord(endpoint.name, event.id));
  return {
    ...endpoint,
    state: told.state,
    ...(nothing !== undefined && { nothing }),
    ...(record !== undefined && { failure: failureShown(record, open) }),
    statements: await Promise.all(told.statements.map((id) => toldStatement(at, id, told.statements))),
  };
};

/** Why the endpoint is told nothing, or would be by now. */
const nothingOf = ({ now }: AtEndpoint, { state, filter, statements }: IndexedState): string | undefined => {
  const isMadeNow = now !== undefined && now.statements.length > 0;
  if (state === "untold") return UNKNOWN;
  if (filter !== undefined)
    return `It is told nothing: ${whyNothing[filter]}.${isMadeNow ? " By the files as they are now, it would be told." : ""}`;
  if (statements.length === 0 || now === undefined) return undefined;
  if (now.made === "failed")
    return `By the files as they are now, nothing could be made of it. ${now.failed[0]?.detail ?? ""}`.trimEnd();
  return typeof now.made === "string"
    ? `Nothing would be made of it now: ${whyNothing[now.made]}.`
    : undefined;
};

const UNKNOWN =
  "The ledger says nothing of it for this endpoint: it is being told just now, or the endpoint was added later.";
