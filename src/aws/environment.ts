/** A variable that the deployment sets for the function. */
export const environment = (name: string): string => {
  const value = process.env[name];
  if (value === undefined || value === "") {
    throw new Error(`The environment variable ${name} is missing. It is set in infra/functions.ts.`);
  }
  return value;
};
