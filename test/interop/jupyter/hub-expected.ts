/** What learning systems are told of the learners of the hub that these tests start, and do there what `hub-acts.ts` has them do. */
export const HUB = "https://hub.example.edu";
const ADL = "https://w3id.org/xapi/adl/verbs";

/** What is told of each, in order: in which course, and by which verbs and actions. */
export const TOLD = [
  {
    learner: "ada",
    course: "course-7",
    verbs: [`${ADL}/logged-in`, "http://activitystrea.ms/schema/1.0/save", `${ADL}/logged-out`],
    acts: ["SessionEvent LoggedIn", "ResourceManagementEvent Saved", "SessionEvent LoggedOut"],
    about: { name: "Introduction to statistics", courseNumber: "STAT 101" },
  },
  {
    learner: "bob",
    course: "616",
    // That the culler stopped a server is no act of the learner's.
    verbs: [`${ADL}/logged-in`, "http://activitystrea.ms/schema/1.0/save", `${ADL}/abandoned`],
    acts: ["SessionEvent LoggedIn", "ResourceManagementEvent Saved"],
    about: { name: "Foundations of data science", courseNumber: "DATA 8" },
  },
  {
    learner: "grace",
    course: "8",
    // Nor that an administrator did.
    verbs: [`${ADL}/logged-in`, "http://activitystrea.ms/schema/1.0/save"],
    acts: ["SessionEvent LoggedIn", "ResourceManagementEvent Saved"],
    about: {},
  },
] as const;

/** What an act is about: the notebook, or the hub itself. */
export const objectOf = (isFile: boolean, file: string, application: string) =>
  isFile
    ? { id: `${HUB}/files/hw1.ipynb`, type: file, name: "hw1.ipynb" }
    : { id: HUB, type: application, name: "Example University JupyterHub" };

/** The session in which a learner worked, but for its id: that of the token which the hub had made for the server. */
export const sessionOf = (learner: string, { iat = 0 }: { readonly iat?: number }) => ({
  id: undefined,
  type: "Session",
  user: `${HUB}/user/${learner}`,
  startedAtTime: new Date(iat * 1000).toISOString(),
});

/** The LMS's session, as LTI 1.3's launch told it, with what it said. */
export const federatedSessionOf = (user: string) => ({
  id: "urn:uuid:1b4e28ba-2fa1-41d2-883f-0016d3cca427",
  type: "LtiSession",
  user,
  messageParameters: {
    "https://purl.imsglobal.org/spec/lti/claim/context": {
      id: "course-7",
      label: "STAT 101",
      title: "Introduction to statistics",
    },
    "https://purl.imsglobal.org/spec/lti/claim/resource_link": { id: "link-3", title: "Homework 1" },
    "https://purl.imsglobal.org/spec/lti/claim/roles": [
      "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner",
    ],
  },
});
