/** What no archive, and nobody else, may get to see. */
export const OWN = "nobody-else-may-read-this";

/** An event of jupyterlab-pioneer, as its part in the browser (1.7.3) posts it, and what is to be told of it. */
export interface PioneerEvent {
  readonly name: string;
  /** Its `eventInfo`. */
  readonly info: unknown;
  /** The end of the verb's id, whether the object is the cell, and what the result says of success and error. */
  readonly told?: {
    readonly verb: string;
    readonly cell?: true;
    readonly success?: boolean;
    readonly error?: string;
  };
}

const cell = { id: "cell-1", index: 1, type: "code", metadata: { note: OWN } };
/** What is seen of the notebook is listed without metadata. */
const seen = [{ id: "cell-1", index: 1, type: "code" }];

/** All thirteen events; of two of them there are two forms. `environ` is what the server answers of its environment. */
export const pioneerEvents = (environ: unknown): readonly PioneerEvent[] => [
  { name: "ActiveCellChangeEvent", info: { cells: [cell] }, told: { verb: "experienced", cell: true } },
  { name: "CellAddEvent", info: { cells: [cell] }, told: { verb: "update" } },
  {
    name: "CellEditEvent",
    info: { index: 1, doc: ["x = 1", OWN], type: "code", metadata: { note: OWN } },
    told: { verb: "update" },
  },
  {
    name: "CellEditEvent",
    info: { index: 1, changes: [4, [0, OWN], 2], type: "code" },
    told: { verb: "update" },
  },
  {
    name: "CellExecuteEvent",
    info: { cells: [cell], success: true, kernelError: null },
    told: { verb: "interacted", cell: true, success: true },
  },
  {
    name: "CellExecuteEvent",
    info: {
      cells: [cell],
      success: false,
      kernelError: { errorName: "NameError", errorValue: `name '${OWN}' is not defined`, traceback: [OWN] },
    },
    told: { verb: "interacted", cell: true, success: false, error: "NameError" },
  },
  {
    name: "CellRemoveEvent",
    info: { cells: [{ index: 1, type: "code", metadata: { note: OWN } }] },
    told: { verb: "update" },
  },
  { name: "ClipboardCopyEvent", info: { cells: [cell], selection: OWN } },
  { name: "ClipboardCutEvent", info: { cells: [cell], selection: OWN } },
  { name: "ClipboardPasteEvent", info: { cells: [cell], selection: OWN } },
  { name: "NotebookHiddenEvent", info: null },
  { name: "NotebookOpenEvent", info: { environ }, told: { verb: "open" } },
  { name: "NotebookSaveEvent", info: null, told: { verb: "save" } },
  { name: "NotebookScrollEvent", info: { cells: seen }, told: { verb: "experienced" } },
  { name: "NotebookVisibleEvent", info: { cells: seen }, told: { verb: "experienced" } },
];

/** Each in a notebook of its own, as repeats in one may be told once. */
export const pathOf = ({ name }: PioneerEvent, at: number): string => `${name}-${at}.ipynb`;

/** What the browser posts for an event and an exporter; the whole notebook comes with it. */
export const exported = (event: PioneerEvent, at: number, exporter: unknown): unknown => ({
  eventDetail: { eventName: event.name, eventTime: Date.now(), eventInfo: event.info },
  notebookState: {
    sessionID: "2c9e4b71-8a3d-4f60-b5e1-7d6c5b4a3928",
    notebookPath: pathOf(event, at),
    notebookContent: {
      cells: [{ cell_type: "code", id: "cell-1", metadata: {}, source: OWN, outputs: [{ text: OWN }] }],
      metadata: {},
      nbformat: 4,
      nbformat_minor: 5,
    },
  },
  exporter,
});
