/** The actor as JSON text: an agent known by an account (xAPI 1.0.3 Part Two, 2.4.2.4). */
export const writeAgent = (homePage: string, name: string): string =>
  JSON.stringify({ objectType: "Agent", account: { homePage, name: name.toWellFormed() } });

/** `,"grouping":[…]` with the course, as JSON text that continues contextActivities (Part Two, 2.4.6.2); or nothing. */
export const writeGrouping = (
  course: { readonly id: string; readonly title?: string } | undefined,
  type: string,
): string => {
  if (course === undefined) return "";
  const definition = {
    type,
    ...(course.title !== undefined && { name: { en: course.title.toWellFormed() } }),
  };
  return `,"grouping":${JSON.stringify([{ objectType: "Activity", id: course.id, definition }])}`;
};
