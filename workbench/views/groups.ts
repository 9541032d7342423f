import { hash } from "node:crypto";

/** So many of a group are named, the latest first; all are counted. */
export const MOST = 100;

/** What a group is called by, given what those in it have in common. */
export const keyFrom = (cause: string): string => hash("sha256", cause).slice(0, 16);
