/**
 * Makes something as soon as there is nothing else to do, or when it is first asked for. For clients, which take some
 * milliseconds: a function that has just started waits for its secrets meanwhile. `make` must not throw.
 */
export const soon = <Made extends object>(make: () => Made): (() => Made) => {
  let made: Made | undefined;
  const get = (): Made => {
    made ??= make();
    return made;
  };
  setImmediate(get);
  return get;
};
