import { loadAwsServiceSpecSync } from "@aws-cdk/aws-service-spec";
import type { PropertyType, Resource as ResourceType } from "@aws-cdk/service-spec-types";
import type { Json, JsonObject, Template } from "./support.ts";

/** AWS's own description of every resource that CloudFormation makes. */
const spec = loadAwsServiceSpecSync();

type Properties = ResourceType["properties"];

/** What in a template AWS would not know, or not take: resources, properties, types, and references that lead nowhere. */
export const schemaProblems = ({ Resources }: Template): readonly string[] =>
  Object.entries(Resources).flatMap(([id, resource]) => {
    const [type] = spec.lookup("resource", "cloudFormationType", "equals", resource.Type);
    if (type === undefined) return [`${id}: there is no resource ${resource.Type}`];
    return [
      ...objectProblems(resource.Properties ?? {}, type.properties, `${id} (${resource.Type})`),
      ...referenceProblems(resource, id, Resources),
    ];
  });

/** `Ref`, `Fn::…`: what it stands for is known only when it is deployed. */
const isIntrinsic = (value: JsonObject): boolean => {
  const [key = "", ...others] = Object.keys(value);
  return others.length === 0 && /^(?:Ref|Condition|Fn::\w+)$/.test(key);
};

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const objectProblems = (value: Json, properties: Properties, at: string): readonly string[] => {
  if (!isObject(value)) return [`${at}: this should be an object`];
  const problems = Object.entries(value).flatMap(([key, each]) => {
    const property = Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (property === undefined) return [`${at}: there is no property ${key}`];
    return typeProblems(each, property.type, `${at}.${key}`);
  });
  const missing = Object.entries(properties).filter(([key, { required }]) => required && !(key in value));
  return [...problems, ...missing.map(([key]) => `${at}: ${key} is missing`)];
};

const typeProblems = (value: Json, type: PropertyType, at: string): readonly string[] => {
  if (value === null || (isObject(value) && isIntrinsic(value))) return [];
  const wrong = [`${at}: this should be of the type ${type.type}`];
  switch (type.type) {
    case "string":
      return typeof value === "object" ? wrong : [];
    case "integer":
    case "number":
      return typeof value === "object" || !Number.isFinite(Number(value)) ? wrong : [];
    case "boolean":
      return ["true", "false"].includes(String(value)) ? [] : wrong;
    case "array":
      return Array.isArray(value)
        ? value.flatMap((each, index) => typeProblems(each, type.element, `${at}[${index}]`))
        : wrong;
    case "map":
      return isObject(value)
        ? Object.entries(value).flatMap(([key, each]) => typeProblems(each, type.element, `${at}.${key}`))
        : wrong;
    case "ref":
      return objectProblems(value, spec.get("typeDefinition", type.reference.$ref).properties, at);
    case "union": {
      const all = type.types.map((each) => typeProblems(value, each, at));
      return all.some((each) => each.length === 0) ? [] : (all[0] ?? []);
    }
    default:
      return [];
  }
};

/** What `Ref` and `Fn::GetAtt` name must be there, and have the attribute. */
const referenceProblems = (value: Json, at: string, all: Template["Resources"]): readonly string[] => {
  if (Array.isArray(value)) return value.flatMap((each) => referenceProblems(each, at, all));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, each]) => {
    if (key === "Ref" && typeof each === "string" && !each.startsWith("AWS::") && !(each in all))
      return [`${at}: ${each} is no resource of the template`];
    if (key !== "Fn::GetAtt") return referenceProblems(each, at, all);
    const [id = "", attribute = ""] =
      typeof each === "string" ? each.split(".") : (each as readonly string[]);
    const type = all[id]?.Type;
    if (type === undefined) return [`${at}: ${id} is no resource of the template`];
    const [known] = spec.lookup("resource", "cloudFormationType", "equals", type);
    return known === undefined || attribute in known.attributes
      ? []
      : [`${at}: ${type} has no attribute ${attribute}`];
  });
};
