"""The template schema as SQL, and tenant schemas built, compared, renamed and removed by it."""

from provisioning.blueprint.build import Dropped, build_schema, drop_schema, grant_access, prepare_schema
from provisioning.blueprint.catalogue import read_structure
from provisioning.blueprint.compare import diff_schemas, diff_structures
from provisioning.blueprint.errors import BlueprintError, Problem, SchemaMissing, SchemaTaken
from provisioning.blueprint.model import BaseRows, Blueprint, Parts, Section, TableFacts
from provisioning.blueprint.rename import rename_schema
from provisioning.blueprint.render import read_blueprint
from provisioning.blueprint.rules import check_role, check_rules

__all__ = [
    "BaseRows",
    "Blueprint",
    "BlueprintError",
    "Dropped",
    "Parts",
    "Problem",
    "SchemaMissing",
    "SchemaTaken",
    "Section",
    "TableFacts",
    "build_schema",
    "check_role",
    "check_rules",
    "diff_schemas",
    "diff_structures",
    "drop_schema",
    "grant_access",
    "prepare_schema",
    "read_blueprint",
    "read_structure",
    "rename_schema",
]
