"""moto's server for a whole stack: resources that moto cannot make are in the stack all the same, under a name that says so."""

from moto.cloudformation import models, parsing
from moto.server import main
from moto.sqs.models import Queue


class Unmade:
    """What the stack tells of a resource that is nowhere else."""

    def __init__(self, logical_id, resource_type):
        self.type = resource_type
        self.logical_resource_id = logical_id
        self.physical_resource_id = f"unmade-{logical_id}".lower()

    @classmethod
    def create_from_cloudformation_json(cls, name, json, account_id, region_name, **kwargs):
        return cls(kwargs["LogicalId"], kwargs["ResourceType"])

    @classmethod
    def update_from_cloudformation_json(cls, original_resource, **kwargs):
        return original_resource

    @classmethod
    def delete_from_cloudformation_json(cls, name, json, account_id, region_name):
        pass

    @classmethod
    def has_cfn_attr(cls, attribute):
        return True

    def get_cfn_attribute(self, attribute):
        return f"https://{self.physical_resource_id}.invalid" if attribute == "ApiEndpoint" else self.physical_resource_id

    def is_created(self):
        return True


known = parsing.resource_class_from_type
parsing.resource_class_from_type = lambda each: known(each) or Unmade

# To validate a template, moto would take each advice of cfn-lint for a refusal; test/interop/ asks cfn-lint itself.
models.validate_template_cfn_lint = lambda template: []

# Of a stack that a change set has made or changed, moto forgets the outputs.
execute = models.CloudFormationBackend.execute_change_set


def execute_and_tell(self, change_set_name, stack_name=None):
    execute(self, change_set_name, stack_name)
    for stack in self.stacks.values():
        if stack.template:
            stack._parse_template()
            stack.output_map = stack._create_output_map()


models.CloudFormationBackend.execute_change_set = execute_and_tell

# moto would run functions itself, in Docker; here that is done under AWS's own runtime client, by the tests.
Queue.lambda_event_source_mappings = property(lambda self: {}, lambda self, mappings: None)

if __name__ == "__main__":
    main()
