import { notebook } from "./class-files.ts";
import type { Habit, Work } from "./class-learner.ts";
import { inUrl, objectIn, type Room } from "./class-server.ts";

/** The notebook whose cells a learner runs, in its room, and how many cells it has. */
const LAB = "Lab 1.ipynb";
const CELLS = 4;

const GOOD = ["1 + 1", "x = 2", "print('a learner\\'s own words')", "import math; math.pi"];
const BAD = ["1 / 0", "no_such_name", "raise ValueError('a learner\\'s own words')", "this is no Python"];

/** What a learner does with kernels and cells. */
export const cellActs = ({ server, desk, note, chance }: Work): readonly Habit[] => {
  const { ask, enter, run } = server;
  const asKernel = (how: "DELETE" | "POST", below: string): (() => Promise<unknown>) => {
    const { kernel } = desk;
    return () => ask(how, `/api/kernels/${kernel}${below}`);
  };
  const hasKernel = (): boolean => desk.kernel !== undefined;
  const inRoom = async (act: (room: Room) => Promise<unknown>): Promise<void> => {
    if (desk.room !== undefined) await act(desk.room);
  };
  return [
    {
      weight: 10,
      isPossible: () => desk.room === undefined,
      act: async () => {
        if (!desk.hasLab) {
          const path = `/api/contents/${inUrl(LAB)}`;
          await note(() => ask("PUT", path, notebook(CELLS)), { act: "save", path: LAB });
          desk.hasLab = true;
        }
        desk.room = await note(
          () => enter(LAB),
          ({ id }) => ({ act: "join", path: LAB, room: id, first: !desk.rooms.has(id) }),
        );
        desk.rooms.add(desk.room.id);
      },
    },
    {
      weight: 2,
      isPossible: () => desk.room !== undefined,
      act: () => inRoom((room) => note(room.save, { act: "save", path: LAB, room: true })),
    },
    { weight: 1, isPossible: () => desk.room !== undefined, act: () => leave({ desk, note }) },
    {
      weight: 10,
      isPossible: () => !hasKernel(),
      act: async () => {
        const started = await note(() => ask("POST", "/api/kernels", { name: "python3" }), {
          act: "start kernel",
        });
        desk.kernel = String(objectIn(started).id);
      },
    },
    {
      weight: 1,
      isPossible: hasKernel,
      act: () => note(asKernel("POST", "/restart"), { act: "restart kernel" }),
    },
    {
      weight: 0.3,
      isPossible: hasKernel,
      act: async () => {
        await note(asKernel("DELETE", ""), { act: "stop kernel" });
        desk.kernel = undefined;
      },
    },
    {
      weight: 12,
      isPossible: () => hasKernel() && desk.room !== undefined,
      act: () =>
        inRoom(async ({ id: room }) => {
          const [codes, cell] = [chance.next() < 0.7 ? GOOD : BAD, `cell-${chance.below(CELLS)}`];
          const code = codes[chance.below(codes.length)] ?? "";
          await note(
            () => run(desk.kernel ?? "", { room, path: LAB, id: cell }, code),
            (success) => ({ act: "run", room, cell, success }),
          );
        }),
    },
  ];
};

/** Leaves the room, if the learner is in one. */
export const leave = async ({ desk, note }: Pick<Work, "desk" | "note">): Promise<void> => {
  const { room } = desk;
  if (room === undefined) return;
  await note(room.leave, { act: "leave", room: room.id });
  desk.room = undefined;
};
