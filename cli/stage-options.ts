/** Which service is meant, for `parseArguments`: see `StageOptions`. */
export const stageOptions = {
  stage: { type: "string" },
  region: { type: "string" },
  state: { type: "string" },
} as const;

/** What `--help` says of them. */
export const STAGE_HELP = `  --stage NAME    the service that was deployed as this stage, with your own AWS credentials
  --region R      where it was deployed (default: AWS_REGION, or what serverless.yml says)
  --state FOLDER  without --stage: the local service with this folder (default: .local), running or not`;
