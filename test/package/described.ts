import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { dev, prod } from "./packaged.ts";
import { schemaProblems } from "./resource-schemas.ts";
import { type Json, ofType, type Template } from "./support.ts";

describe("the template", () => {
  it("holds only what AWS's own resource schemas know", () => {
    for (const template of [dev, prod]) assert.deepEqual(schemaProblems(template), []);
  });

  it("would be found wrong with a slip of the pen anywhere in it", () => {
    const [[id = "", queue] = []] = ofType(prod, "AWS::SQS::Queue");
    assert.ok(queue);
    const changed = (Properties: Json, Type = queue.Type): Template =>
      ({ ...prod, Resources: { ...prod.Resources, [id]: { ...queue, Type, Properties } } }) as Template;
    const slips: readonly (readonly [Template, string])[] = [
      [
        changed({ ...queue.Properties, QueuName: "a" }),
        `${id} (AWS::SQS::Queue): there is no property QueuName`,
      ],
      [
        changed({ ...queue.Properties, VisibilityTimeout: "long" }),
        `${id} (AWS::SQS::Queue).VisibilityTimeout: this should be of the type integer`,
      ],
      [changed({}, "AWS::SQS::Queu"), `${id}: there is no resource AWS::SQS::Queu`],
      [
        changed({ ...queue.Properties, QueueName: { Ref: "Nowhere" } }),
        `${id}: Nowhere is no resource of the template`,
      ],
      [
        changed({ ...queue.Properties, QueueName: { "Fn::GetAtt": [id, "Arm"] } }),
        `${id}: AWS::SQS::Queue has no attribute Arm`,
      ],
    ];
    for (const [template, problem] of slips) assert.deepEqual(schemaProblems(template), [problem]);
  });
});
