import assert from "node:assert/strict";
import { access } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { readDeployOptions } from "../../cli/deploy-options.ts";
import { deployedText } from "../../cli/deploy-text.ts";
import { temporaryFolder } from "../service/support.ts";
import { BASIC, deploy, endpoint, LONG, refuses, site, TRANSLATOR } from "./deploy-site.ts";
import { environment, parameters, stacks } from "./deploy-support.ts";
import { jlt } from "./support.ts";

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** With these, osls would deploy something else than what was looked at, or to somewhere else. */
const OTHERS: readonly (readonly string[])[] = [
  ["--stage=dev"],
  ["-s", "dev"],
  ["-sdev"],
  ["-r", "eu-west-1"],
  ["--aws-profile", "other"],
  ["--package", "x"],
  ["-p=x"],
  ["--config", "other.yml"],
  ["--conf", "other.yml"],
  ["function", "-f", "translate"],
  ["list"],
  ["--help"],
  ["--force", "--", "--stage", "dev"],
  ["--param", "--stage"],
];
const HANDED_ON = /osls is given --aws-s3-accelerate, --conceal, .*--verbose, and nothing else/;

describe("jlt deploy, where all is well", { concurrency: 2 }, () => {
  it("builds, deploys to the stage and region that it looked at, and says where everything is", async () => {
    const outputs = { EventsQueueUrl: "https://sqs.example/events", AlarmTopicArn: "arn:aws:sns:alarms" };
    stacks.set("jupyter-lms-fine", { endpoints: ["campus-lrs"], outputs });
    for (const name of ["hub", "pseudonyms"]) parameters.set(`/lms/fine/${name}`, LONG);
    parameters.set("/lms/fine/campus-lrs", "user:CANARY");
    const made = await site({}, { how: "build" });
    const ran = await made.deploy(["--stage", "fine", "--region", "eu-west-1", "--", "--verbose", "--force"]);
    assert.equal(ran.status, 0, ran.stderr);
    const args = ["deploy", "--stage", "fine", "--region", "eu-west-1", "--verbose", "--force"];
    assert.deepEqual(await made.deployed(), [args]);
    assert.match(ran.stdout, /3 secrets named by the files: there, and usable\.\nosls speaks\nDeployed:\n/);
    assert.match(
      ran.stdout,
      /hubs in AWS send events to \(EventsQueueUrl\) {2}https:\/\/sqs\.example\/events\n/,
    );
    assert.match(
      ran.stdout,
      /Nobody is told of alarms yet\..* --region eu-west-1 --topic-arn arn:aws:sns:alarms /,
    );
    assert.match(ran.stdout, /\.\/jlt doctor --stage fine --region eu-west-1\n$/);
    assert.ok(await exists(join(made.folder, "dist", "infra", "functions.json")));
  });

  it("says until when the mails that ask whether an address wants alarms can be answered", () => {
    const policy = { mail: ["a@example.edu"], probe: true, waiting: 1, quarantined: 1 };
    const place = { stage: "prod", region: "eu-west-1" };
    const told = deployedText({ AlarmTopicArn: "TOPIC" }, policy, place, undefined);
    assert.match(told, /\(a@example\.edu\); its link is good for two days, and docs\/alarms\.md says how/);
  });

  it("ends as osls ends", async () => {
    const made = await site({}, { ends: 7 });
    const ran = await deploy(made, []);
    assert.equal(ran.status, 7);
    assert.match(ran.stderr, /osls ended with 7, .* What CloudFormation had begun, it takes back\./);
    assert.doesNotMatch(ran.stdout, /Deployed/);
  });

  it("only looks with --check, and leaves a build to be deployed in another way", async () => {
    const made = await site({}, { how: "build" });
    const ran = await deploy(made, ["--check"]);
    assert.equal(ran.status, 0, ran.stderr);
    assert.match(ran.stdout, /there is no such stack yet\.\n {2}new endpoints: campus-lrs\n/);
    assert.deepEqual(await made.deployed(), []);
    assert.ok(await exists(join(made.folder, "dist", "translate", "index.cjs")));
  });

  it("gives with --json one object on standard output, and osls the other", async () => {
    const made = await site();
    const ran = await deploy(made, ["--json"]);
    const { stage, region, problems, added, removed, deployed } = JSON.parse(ran.stdout);
    assert.deepEqual([stage, region, problems, removed, deployed], ["prod", "us-east-1", [], [], true]);
    assert.deepEqual(added, ["campus-lrs"]);
    assert.match(ran.stderr, /osls speaks/);
  });
});

describe("jlt deploy refuses, and deploys nothing", { concurrency: 2 }, () => {
  it("files with mistakes, each with its place, and builds nothing of them", async () => {
    const made = await site({}, { how: "build" });
    await made.write("translator.yml", TRANSLATOR.replace("pseudonyms:", "pseudonym:"));
    await made.write("endpoints/campus-lrs.yml", BASIC.replace("xapi\n", "xpai\n"));
    await refuses(made, [], 1, [
      /^translator\.yml:\d+:\d+ .*pseudonym/m,
      /^endpoints\/campus-lrs\.yml:2:11 .*did you mean "xapi"/m,
      /\d problems\. Nothing was built or deployed\.\n$/,
    ]);
    assert.ok(!(await exists(join(made.folder, "dist"))));
    const { stdout, stderr, status } = await deploy(made, ["--json"]);
    assert.equal(status, 1, stderr);
    const { problems, ...others } = JSON.parse(stdout);
    assert.deepEqual(
      problems.map(({ file }: Readonly<Record<string, unknown>>) => file),
      ["translator.yml", "translator.yml", "endpoints/campus-lrs.yml"],
    );
    const none = { added: [], removed: [], deployed: false, outputs: {} };
    assert.deepEqual(others, { stage: "prod", region: "us-east-1", ...none });
  });

  it("secrets that are not there, with the command that puts each there", async () => {
    const many = Object.fromEntries(
      Array.from({ length: 12 }, (_, at) => [
        `endpoints/store-${at}.yml`,
        endpoint(`{ scheme: bearer, secret: ssm:/lms/$stage/store-${at} }`),
      ]),
    );
    // All but the last are there: more than Parameter Store gives at once.
    for (let at = 0; at < 11; at++) parameters.set(`/lms/prod/store-${at}`, "CANARY-token");
    const made = await site({
      ...many,
      "endpoints/managed.yml": endpoint("{ scheme: bearer, secret: secretsmanager:lms/$stage/token }"),
      "endpoints/lost.yml": endpoint(
        "{ scheme: header, name: x-key, secret: secretsmanager:lms/$stage/lost }",
      ),
    });
    const ran = await deploy(made, []);
    assert.equal(ran.status, 1);
    assert.deepEqual(ran.stderr.split("\n"), [
      "endpoints/lost.yml:5:46 There is no secret lms/prod/lost in Secrets Manager in us-east-1. Put it there: aws secretsmanager create-secret --region us-east-1 --name lms/prod/lost --secret-string 'VALUE OF THE HEADER x-key'",
      "endpoints/store-11.yml:5:33 There is no secret /lms/prod/store-11 in Parameter Store in us-east-1. Put it there: aws ssm put-parameter --region us-east-1 --type SecureString --name /lms/prod/store-11 --value 'TOKEN'",
      "2 problems. Nothing was deployed.",
      "",
    ]);
    assert.deepEqual(await made.deployed(), []);
  });

  it("secrets of another stage", async () => {
    const made = await site();
    const ran = await made.deploy(["--stage", "test", "--check", "--json"]);
    assert.equal(ran.status, 1);
    const { problems, deployed } = JSON.parse(ran.stdout);
    assert.equal(deployed, false);
    assert.deepEqual(
      problems.map(({ file, line, column }: Readonly<Record<string, unknown>>) => [file, line, column]),
      [
        ["translator.yml", 4, 8],
        ["translator.yml", 5, 15],
        ["endpoints/campus-lrs.yml", 5, 32],
      ],
    );
    assert.match(
      problems[1].message,
      /the one that this stage has had.* --value "\$\(openssl rand -base64 48\)"$/,
    );
  });

  it("secrets that the functions could not use, and says why, but never what they are", async () => {
    const made = await site({
      "translator.yml": TRANSLATOR.replace("$stage/hub", "$stage/short").replace(
        "$stage/pseud",
        "$stage/json # ",
      ),
      "endpoints/campus-lrs.yml": BASIC.replace("$stage/campus-lrs", "$stage/no-password"),
    });
    await refuses(made, [], 1, [
      /^translator\.yml:4:8 The learner context key is shorter than 32 bytes\..* put-parameter .*--overwrite/m,
      /^translator\.yml:5:15 The secret \/lms\/prod\/json .* is not a plain text/m,
      /^endpoints\/campus-lrs\.yml:5:32 .* is not of the form user:password\..* 'USER:PASSWORD'$/m,
    ]);
  });

  it("where AWS does not let it look", async () => {
    const made = await site();
    const home = await temporaryFolder();
    await refuses(made, [], 2, [/There are no AWS credentials here\. Sign in/], {
      AWS_ACCESS_KEY_ID: "",
      AWS_SECRET_ACCESS_KEY: "",
      HOME: home,
    });
    await refuses(made, [], 2, [/AWS cannot be reached in us-east-1/], {
      AWS_ENDPOINT_URL_CLOUDFORMATION: "http://127.0.0.1:1",
    });
    await refuses(made, [], 2, [/^AWS /], {
      AWS_ENDPOINT_URL_SSM: environment.AWS_ENDPOINT_URL_CLOUDFORMATION,
    });
  });

  it("what is used wrongly", async () => {
    const made = await site();
    const wrong: readonly (readonly [args: readonly string[], words: RegExp])[] = [
      [[], /--stage prod/],
      [["--stage", "fourteenletter"], /at most 13 small letters/],
      [["--stage", "Prod"], /small letters/],
      [["--stage", "a--b"], /cannot be a stage/],
      [["--stage", "prod", "--region", "frankfurt"], /no region of AWS/],
      [["--stage", "prod", "--regoin", "eu-central-1"], /Unknown option '--regoin'/],
      [["--stage", "prod", "and-more"], /Unexpected argument/],
      ...OTHERS.map((others) => [["--stage", "prod", "--", ...others], HANDED_ON] as const),
      [["--stage", "prod", "--check", "--", "--verbose"], /With --check/],
    ];
    const all = ["--verbose", "--force", "--conceal", "--param", "a=b", "--param=c=d", "--debug", "*"];
    const more = [...all, "--aws-s3-accelerate", "--minify-template"];
    assert.deepEqual(readDeployOptions(["--stage", "prod", "--", ...more]).passed, more);
    for (const [args, words] of wrong) assert.throws(() => readDeployOptions(args), words, args.join(" "));
    const { status, stderr } = await jlt(made.folder, ["deploy", "--stage", "Prod"]);
    assert.deepEqual([status, /See: jlt deploy --help\n$/.test(stderr)], [2, true]);
    await made.remove("serverless.yml");
    await refuses(made, [], 2, [/There is no serverless\.yml here/]);
    assert.ok(!(await exists(join(made.folder, "dist"))));
  });
});
