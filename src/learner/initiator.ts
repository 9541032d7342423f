/** Who may have caused what a service tells of: the learner, an administrator, or the service that stops idle servers. */
export const INITIATORS = ["learner", "admin", "culler"] as const;

export type Initiator = (typeof INITIATORS)[number];
